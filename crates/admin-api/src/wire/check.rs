//! Checks JSON against a shape: types first (`SerializationException`), then every constraint.

use postroom_types::Violation;
use serde_json_borrow::Value;

use super::limits::{LIST_ELEMENTS_MAX, TIMESTAMP_SECONDS_MAX};
use super::report::{Report, constraints, shown};
use super::{ErrorName, Fault, Kind, Member, Number, Shape};

/// JSON that satisfies the shape it was checked against. Only `check` makes one.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a>(&'a Value<'a>);

impl<'a> Checked<'a> {
    /// The member `name` of a structure; `None` where it is absent or null.
    pub fn member(self, name: &str) -> Option<Checked<'a>> {
        super::member(self.0.as_object()?, name).filter(|value| !value.is_null()).map(Checked)
    }

    /// The elements of a list.
    pub fn elements(self) -> Option<impl Iterator<Item = Checked<'a>>> {
        Some(self.0.as_array()?.iter().map(Checked))
    }

    /// The JSON itself.
    pub fn value(self) -> &'a Value<'a> {
        self.0
    }
}

/// Checks `value` against `shape`, all the way down.
pub fn check<'a>(shape: &'static Shape, value: &'a Value<'a>) -> Result<Checked<'a>, Fault> {
    let mut walk = Walk { path: String::with_capacity(64), report: Report::default() };
    match walk.value(shape, value) {
        Err(wrong) => Err(Fault::new(ErrorName::SerializationException, wrong.message())),
        Ok(()) => walk.report.into_result().map(|()| Checked(value)),
    }
}

/// JSON of another type than the shape's.
struct WrongType {
    found: &'static str,
    expected: &'static str,
}

impl WrongType {
    fn message(&self) -> String {
        match self.found {
            "structure" | "list" => {
                format!("Start of {} found where {} was expected", self.found, self.expected)
            }
            found => format!("{found} can not be converted to {}", self.expected),
        }
    }
}

struct Walk {
    /// Where the walk is, as Coral prints it: `rules.1.member.name`.
    path: String,
    report: Report,
}

impl Walk {
    fn value(&mut self, shape: &'static Shape, value: &Value<'_>) -> Result<(), WrongType> {
        match shape.kind {
            Kind::Structure(members) => self.structure(members, value),
            Kind::List { of, min, max } => self.list(of, min, max, value),
            Kind::Text { sensitive, violations, .. } => {
                let text = value.as_str().ok_or_else(|| wrong(value, "String"))?;
                for violation in violations(text) {
                    let printed = if sensitive { String::new() } else { shown(text) };
                    self.report.add(&printed, &self.path, &super::report::wording(&violation));
                }
                Ok(())
            }
            Kind::Choice(values) => {
                let text = value.as_str().ok_or_else(|| wrong(value, "String"))?;
                if !values.contains(&text) {
                    let violation = super::report::wording(&Violation::Choice(values));
                    self.report.add(&shown(text), &self.path, &violation);
                }
                Ok(())
            }
            Kind::Number { number, min, max } => self.number(number, min, max, value),
            Kind::Boolean => value.as_bool().map(drop).ok_or_else(|| wrong(value, "Boolean")),
            Kind::Timestamp => match value.as_f64() {
                Some(seconds) if seconds.abs() <= TIMESTAMP_SECONDS_MAX => Ok(()),
                _ => Err(wrong(value, "Timestamp")),
            },
        }
    }

    fn structure(&mut self, members: &'static [Member], value: &Value<'_>) -> Result<(), WrongType> {
        let object = value.as_object().ok_or_else(|| wrong(value, "structure"))?;
        let outer = self.path.len();
        for member in members {
            let value = super::member(object, member.name).filter(|value| !value.is_null());
            if value.is_none() && !member.required {
                continue;
            }
            self.enter(member.name);
            match value {
                Some(value) => self.value(member.shape, value)?,
                None => self.report.add("", &self.path, "Member must not be null"),
            }
            self.path.truncate(outer);
        }
        Ok(())
    }

    /// Appends a member's name; Coral prints its first letter in lower case.
    fn enter(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        let mut letters = name.chars();
        self.path.extend(letters.next().map(|first| first.to_ascii_lowercase()));
        self.path.push_str(letters.as_str());
    }

    fn list(
        &mut self,
        of: &'static Shape,
        min: Option<usize>,
        max: Option<usize>,
        value: &Value<'_>,
    ) -> Result<(), WrongType> {
        let elements = value.as_array().ok_or_else(|| wrong(value, "list"))?;
        let max = max.unwrap_or(LIST_ELEMENTS_MAX);
        let broken = [
            min.filter(|&min| elements.len() < min).map(Violation::TooShort),
            Some(max).filter(|&max| elements.len() > max).map(Violation::TooLong),
        ];
        for violation in broken.into_iter().flatten() {
            self.report.add(&list_shown(of, elements), &self.path, &super::report::wording(&violation));
        }
        // What lies beyond the bound is not looked at: the answer is a refusal already.
        let elements = &elements[..elements.len().min(max)];
        let simple = !matches!(of.kind, Kind::Structure(_) | Kind::List { .. });
        if simple { self.simple_elements(of, elements) } else { self.nested_elements(of, elements) }
    }

    /// Elements without parts are reported once, for the list: what each of them must satisfy.
    fn simple_elements(&mut self, of: &'static Shape, elements: &[Value<'_>]) -> Result<(), WrongType> {
        let mut probe = Walk { path: String::new(), report: Report::default() };
        for element in elements.iter().filter(|element| !element.is_null()) {
            probe.value(of, element)?;
        }
        let nulls = elements.iter().any(Value::is_null);
        if nulls || !probe.report.is_empty() {
            let mut rules = constraints(&of.kind);
            if nulls {
                rules.push("Member must not be null".to_owned());
            }
            let rule = format!("Member must satisfy constraint: [{}]", rules.join(", "));
            self.report.add(&list_shown(of, elements), &self.path, &rule);
        }
        Ok(())
    }

    fn nested_elements(&mut self, of: &'static Shape, elements: &[Value<'_>]) -> Result<(), WrongType> {
        let outer = self.path.len();
        for (index, element) in elements.iter().enumerate() {
            self.path.push_str(&format!(".{}.member", index + 1));
            if element.is_null() {
                self.report.add("", &self.path, "Member must not be null");
            } else {
                self.value(of, element)?;
            }
            self.path.truncate(outer);
        }
        Ok(())
    }

    fn number(
        &mut self,
        number: Number,
        min: Option<i64>,
        max: Option<i64>,
        value: &Value<'_>,
    ) -> Result<(), WrongType> {
        let whole = super::numbers::whole(value);
        let (above, below) = match number {
            Number::Double => {
                let value = value.as_f64().ok_or_else(|| wrong(value, "Double"))?;
                #[expect(clippy::cast_precision_loss, reason = "the model's bounds are small")]
                (max.is_some_and(|max| value > max as f64), min.is_some_and(|min| value < min as f64))
            }
            Number::Long | Number::Integer => {
                let expected = if number == Number::Long { "Long" } else { "Integer" };
                let whole = whole
                    .filter(|&whole| number == Number::Long || i32::try_from(whole).is_ok())
                    .ok_or_else(|| wrong(value, expected))?;
                (max.is_some_and(|max| whole > max), min.is_some_and(|min| whole < min))
            }
        };
        for (broken, words, bound) in [(above, "less", max), (below, "greater", min)] {
            if let Some(bound) = bound.filter(|_| broken) {
                let rule = format!("Member must have value {words} than or equal to {bound}");
                // A whole number is shown as one, however it is written.
                let text = whole.map_or_else(|| value.to_string(), |whole| whole.to_string());
                self.report.add(&shown(&text), &self.path, &rule);
            }
        }
        Ok(())
    }
}

fn wrong(value: &Value<'_>, expected: &'static str) -> WrongType {
    let found = match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::Str(_) => "STRING_VALUE",
        Value::Array(_) => "list",
        Value::Object(_) => "structure",
    };
    WrongType { found, expected }
}

/// A list of texts or numbers as it is printed; nothing for what is sensitive or has parts.
fn list_shown(of: &Shape, elements: &[Value<'_>]) -> String {
    match of.kind {
        Kind::Structure(_) | Kind::List { .. } | Kind::Text { sensitive: true, .. } => return String::new(),
        _ => {}
    }
    let mut printed = String::from("[");
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            printed.push_str(", ");
        }
        match element.as_str() {
            Some(text) => printed.push_str(text),
            None => printed.push_str(&element.to_string()),
        }
        if printed.len() > 4 * super::limits::VALUE_SHOWN_CHARACTERS_MAX {
            break;
        }
    }
    printed.push(']');
    shown(&printed)
}
