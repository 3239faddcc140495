//! Policy documents.

use super::PolicyError;
use super::json::{self, Node};
use super::statement::Statement;
use crate::limits::{
    POLICIES_MAX, POLICY_BYTES_MAX, POLICY_STATEMENTS_MAX, POLICY_VALUE_CHARACTERS_MAX, POLICY_VALUES_MAX,
};

/// The policies of one access key, ready to decide.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// Each policy's statements.
    pub(super) policies: Box<[Box<[Statement]>]>,
}

impl Policies {
    /// Reads one policy document, or a JSON list of them.
    ///
    /// Places in errors of a list begin with the document's position: `[1].Statement[0].Effect`.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let policies: Box<[Box<[Statement]>]> = match json::parse(text)? {
            Node::List(documents) => {
                if documents.len() > POLICIES_MAX {
                    let problem = format!("{} policies, at most {POLICIES_MAX} fit", documents.len());
                    return Err(PolicyError::new("", problem));
                }
                let each = documents.iter().enumerate();
                each.map(|(index, node)| parse_document(&format!("[{index}]."), node))
                    .collect::<Result<_, _>>()?
            }
            _ if text.len() > POLICY_BYTES_MAX => {
                let problem = format!("{} bytes, at most {POLICY_BYTES_MAX} are read", text.len());
                return Err(PolicyError::new("", problem));
            }
            node => Box::new([parse_document("", &node)?]),
        };
        Ok(Self { policies })
    }

    /// How many policies there are.
    pub fn len(&self) -> usize {
        self.policies.len()
    }

    /// Whether there is no policy, so that everything is refused.
    pub fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }
}

/// Reads one document; `prefix` begins the places in errors.
fn parse_document(prefix: &str, node: &Node) -> Result<Box<[Statement]>, PolicyError> {
    let document = prefix.trim_end_matches('.');
    let mut version = "2008-10-17";
    let mut statements = None;
    for (name, value) in members(document, node)? {
        let place = format!("{prefix}{name}");
        match name.as_str() {
            "Version" => version = text(&place, value)?,
            "Id" => drop(text(&place, value)?),
            "Statement" => statements = Some(value),
            _ => return Err(PolicyError::new(place, "unknown element")),
        }
    }
    if !["2012-10-17", "2008-10-17"].contains(&version) {
        let problem = format!("{version:?} is not 2012-10-17 or 2008-10-17");
        return Err(PolicyError::new(format!("{prefix}Version"), problem));
    }
    // Version 2008-10-17 has no policy variables, so `${` is text in it.
    let escapes = version == "2012-10-17";
    let place = format!("{prefix}Statement");
    let nodes = match statements {
        None => return Err(PolicyError::new(document, "Statement is missing")),
        Some(Node::List(nodes)) => nodes.as_slice(),
        Some(node) => std::slice::from_ref(node),
    };
    if nodes.len() > POLICY_STATEMENTS_MAX {
        let problem = format!("{} statements, at most {POLICY_STATEMENTS_MAX} fit", nodes.len());
        return Err(PolicyError::new(place, problem));
    }
    let mut parsed: Vec<Statement> = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        let place = format!("{place}[{index}]");
        let statement = Statement::parse(&place, node, escapes)?;
        if statement.sid.is_some() && parsed.iter().any(|earlier| earlier.sid == statement.sid) {
            return Err(PolicyError::new(format!("{place}.Sid"), "another statement has the same Sid"));
        }
        parsed.push(statement);
    }
    Ok(parsed.into())
}

/// The members of an object.
pub(super) fn members<'n>(place: &str, node: &'n Node) -> Result<&'n [(String, Node)], PolicyError> {
    match node {
        Node::Object(members) => Ok(members),
        other => Err(PolicyError::new(place, format!("{} where an object is expected", other.kind()))),
    }
}

/// A string.
pub(super) fn text<'n>(place: &str, node: &'n Node) -> Result<&'n str, PolicyError> {
    match node {
        Node::Text(text) => Ok(text),
        other => Err(PolicyError::new(place, format!("{} where a string is expected", other.kind()))),
    }
}

/// One value or a list of some, as texts; numbers and booleans are written as JSON writes them.
pub(super) fn values(place: &str, node: &Node) -> Result<Vec<String>, PolicyError> {
    let nodes = match node {
        Node::List(nodes) => nodes.as_slice(),
        one => std::slice::from_ref(one),
    };
    if nodes.is_empty() || nodes.len() > POLICY_VALUES_MAX {
        let problem = format!("{} values where 1 to {POLICY_VALUES_MAX} are expected", nodes.len());
        return Err(PolicyError::new(place, problem));
    }
    let value = |node: &Node| match node {
        Node::Text(text) | Node::Number(text) => Ok(text.clone()),
        Node::Bool(value) => Ok(value.to_string()),
        other => Err(PolicyError::new(place, format!("{} where a value is expected", other.kind()))),
    };
    let values: Vec<String> = nodes.iter().map(value).collect::<Result<_, _>>()?;
    if values.iter().any(|value| value.chars().count() > POLICY_VALUE_CHARACTERS_MAX) {
        let problem = format!("a value is longer than {POLICY_VALUE_CHARACTERS_MAX} characters");
        return Err(PolicyError::new(place, problem));
    }
    Ok(values)
}
