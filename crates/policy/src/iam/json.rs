//! JSON with limits: depth, and no member twice.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::PolicyError;
use crate::limits::{POLICIES_MAX, POLICY_BYTES_MAX, POLICY_DEPTH_MAX};

/// A JSON value as policies use it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    /// In decimal, as text conditions compare it.
    Number(String),
    Text(String),
    List(Vec<Node>),
    /// In the document's order, each name once.
    Object(Vec<(String, Node)>),
}

impl Node {
    /// What it is, for a message.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// Reads a document, or a list of documents.
pub(super) fn parse(text: &str) -> Result<Node, PolicyError> {
    let bytes_max = POLICY_BYTES_MAX * POLICIES_MAX;
    if text.len() > bytes_max {
        let problem = format!("{} bytes, at most {bytes_max} are read", text.len());
        return Err(PolicyError::new("", problem));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let node = Nested { levels_left: POLICY_DEPTH_MAX + 1 }.deserialize(&mut reader);
    node.and_then(|node| reader.end().map(|()| node))
        .map_err(|error| PolicyError::new("", format!("not a policy in JSON: {error}")))
}

/// Reads a value with at most so many levels in it.
#[derive(Clone, Copy)]
struct Nested {
    levels_left: usize,
}

impl Nested {
    fn inner<E: Error>(self) -> Result<Self, E> {
        let levels_left = self.levels_left.checked_sub(1).ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Self { levels_left })
    }
}

impl<'de> DeserializeSeed<'de> for Nested {
    type Value = Node;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }
    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element_seed(inner)? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut members: Vec<(String, Node)> = Vec::new();
        while let Some(name) = object.next_key::<String>()? {
            if members.iter().any(|member| member.0 == name) {
                return Err(A::Error::custom(format_args!("the member {name:?} comes twice")));
            }
            members.push((name, object.next_value_seed(inner)?));
        }
        Ok(Node::Object(members))
    }
}
