//! Random values of shapes: valid ones, and ones that are nearly so. For tests only.
//!
//! Everything follows from the seed, so a failing test prints its seed and can be run again.

use std::collections::HashMap;

use postroom_types::pattern::whole;
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Map, Value, json};

use super::{Kind, Number, Shape};

/// How often a text is tried until it satisfies its shape's bounds and pattern together.
const TRIES: u64 = 500;

/// Values that [`Generator::learn`] keeps of a shape.
const LEARNED_MAX: usize = 24;

/// Makes values of shapes.
#[derive(Debug)]
pub struct Generator {
    state: u64,
    known: HashMap<&'static str, Vec<Value>>,
}

impl Generator {
    /// A generator; equal seeds make equal values.
    pub fn new(seed: u64) -> Self {
        Self { state: seed, known: HashMap::new() }
    }

    /// Uses one of `values` nearly always where the shape `name` is wanted, as an id that exists.
    pub fn know(&mut self, name: &'static str, values: impl IntoIterator<Item = Value>) {
        self.known.entry(name).or_default().extend(values);
    }

    /// As [`Generator::know`], for what a test sees as it goes on: a value beyond [`LEARNED_MAX`] takes the place of
    /// another.
    pub fn learn(&mut self, name: &'static str, value: Value) {
        let at = self.index(LEARNED_MAX);
        let known = self.known.entry(name).or_default();
        if known.len() < LEARNED_MAX {
            known.push(value);
        } else {
            known[at] = value;
        }
    }

    /// Knows nothing of the shape `name` any more but `values`.
    pub fn know_only(&mut self, name: &'static str, values: Vec<Value>) {
        self.known.insert(name, values);
    }

    /// The next 64 random bits (SplitMix64).
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`, which is above 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.bits() % end.max(1)
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    fn between(&mut self, min: u64, max: u64) -> u64 {
        min + self.below(max.saturating_sub(min).saturating_add(1))
    }

    /// A value that satisfies `shape`.
    pub fn valid(&mut self, shape: &Shape) -> Value {
        if let Some(known) = self.known.get(shape.name).filter(|known| !known.is_empty()).cloned()
            && self.below(16) != 0
        {
            return known[self.index(known.len())].clone();
        }
        match shape.kind {
            Kind::Structure(members) => {
                let mut object = Map::new();
                for member in members {
                    if member.required || self.below(2) == 0 {
                        object.insert(member.name.to_owned(), self.valid(member.shape));
                    }
                }
                Value::Object(object)
            }
            Kind::List { of, min, max } => {
                let min = min.unwrap_or(0);
                let length = min + self.index(max.map_or(4, |max| (max - min + 1).min(4)));
                (0..length).map(|_| self.valid(of)).collect()
            }
            Kind::Text { min, max, pattern, violations, .. } => {
                let pattern = pattern.map(whole);
                (0..TRIES)
                    .map(|attempt| self.text(min, max, pattern.as_deref(), attempt / 8))
                    .find(|text| violations(text).is_empty())
                    .unwrap_or_else(|| unreachable!("no random text satisfies {}", shape.name))
                    .into()
            }
            Kind::Choice(values) => values[self.index(values.len())].into(),
            Kind::Number { number, min, max } => self.number(number, min, max),
            Kind::Boolean => (self.below(2) == 0).into(),
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of this century")]
            Kind::Timestamp => (self.below(4_000_000_000_000) as f64 / 1000.0).into(),
        }
    }

    fn number(&mut self, number: Number, min: Option<i64>, max: Option<i64>) -> Value {
        let max = max.unwrap_or(i64::from(i32::MAX));
        let min = min.unwrap_or(-max);
        let span = u64::try_from(max - min).unwrap_or(u64::MAX);
        let chosen = match self.below(4) {
            0 => min,
            1 => max,
            _ => min + i64::try_from(self.between(0, span)).unwrap_or(0),
        };
        #[expect(clippy::cast_precision_loss, reason = "any number will do")]
        if number == Number::Double { (chosen as f64 / 8.0).max(min as f64).into() } else { chosen.into() }
    }

    /// A text of the pattern; `spread` lengthens its repetitions.
    fn text(&mut self, min: Option<usize>, max: Option<usize>, pattern: Option<&str>, spread: u64) -> String {
        let mut text = String::new();
        match pattern {
            Some(pattern) => {
                let hir = regex_syntax::parse(pattern).unwrap_or_else(|_| Hir::fail());
                self.sample(&hir, spread, &mut text);
            }
            None => {
                let min = min.unwrap_or(0);
                let max = max.unwrap_or(min + 40).min(min + 40);
                for _ in 0..self.between(min as u64, max as u64) {
                    text.push(self.character());
                }
            }
        }
        text
    }

    fn character(&mut self) -> char {
        let code = match self.below(8) {
            0 => self.below(0x11_0000),
            1 => self.below(0x100),
            _ => self.between(0x20, 0x7e),
        };
        u32::try_from(code).ok().and_then(char::from_u32).unwrap_or('\u{fffd}')
    }

    fn sample(&mut self, hir: &Hir, spread: u64, text: &mut String) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
            HirKind::Class(Class::Unicode(class)) => {
                let ranges = class.ranges();
                let range = ranges[self.index(ranges.len())];
                let (start, end) = (u64::from(range.start()), u64::from(range.end()));
                // Mostly from the beginning of a range, where the usual characters are.
                let end = if self.below(4) == 0 { end } else { end.min(start + 0x7e) };
                let code = u32::try_from(self.between(start, end)).ok();
                text.push(code.and_then(char::from_u32).unwrap_or(range.start()));
            }
            HirKind::Class(Class::Bytes(_)) => unreachable!("the patterns are of characters"),
            HirKind::Repetition(repetition) => {
                let min = u64::from(repetition.min);
                let max = repetition.max.map_or(u64::MAX, u64::from).min(min + 6 + spread);
                for _ in 0..self.between(min, max) {
                    self.sample(&repetition.sub, spread, text);
                }
            }
            HirKind::Capture(capture) => self.sample(&capture.sub, spread, text),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.sample(part, spread, text)),
            HirKind::Alternation(parts) => {
                let part = &parts[self.index(parts.len())];
                self.sample(part, spread, text);
            }
        }
    }

    /// A value near one that satisfies `shape`: one to three places in it are changed.
    pub fn mutated(&mut self, shape: &Shape) -> Value {
        let mut value = self.valid(shape);
        for _ in 0..self.between(1, 3) {
            self.mutate(&mut value);
        }
        value
    }

    /// The bytes of a mutated value; now and then some of the bytes are changed too.
    pub fn mutated_body(&mut self, shape: &Shape) -> Vec<u8> {
        let mut body = self.mutated(shape).to_string().into_bytes();
        if self.below(4) == 0 {
            for _ in 0..self.between(1, 4) {
                let at = self.index(body.len());
                match self.below(3) {
                    0 => body.truncate(at),
                    1 => body.insert(at, self.bits().to_le_bytes()[0]),
                    _ => body.splice(at..at, *b"{[\"\\u").for_each(drop),
                }
            }
        }
        body
    }

    /// Changes one place in `value`, at any depth.
    fn mutate(&mut self, value: &mut Value) {
        let deeper = self.below(4) != 0;
        match value {
            Value::Object(members) if deeper && !members.is_empty() => {
                let at = self.index(members.len());
                match (self.below(6), members.keys().nth(at).cloned()) {
                    (0, Some(name)) => drop(members.remove(&name)),
                    (1, _) => drop(members.insert("Unknown".to_owned(), self.junk())),
                    _ => members.values_mut().skip(at).take(1).for_each(|member| self.mutate(member)),
                }
            }
            Value::Array(elements) if deeper && !elements.is_empty() => {
                let at = self.index(elements.len());
                match self.below(4) {
                    0 => {
                        let element = elements[at].clone();
                        let count = [11, 51, 1025][self.index(3)];
                        elements.extend(std::iter::repeat_n(element, count));
                    }
                    1 => elements.clear(),
                    _ => self.mutate(&mut elements[at]),
                }
            }
            Value::String(text) if deeper => match self.below(4) {
                0 => text.clear(),
                1 => *text = text.repeat(40),
                2 => text.push(self.character()),
                _ => text.insert(0, self.character()),
            },
            _ => *value = self.junk(),
        }
    }

    fn junk(&mut self) -> Value {
        match self.below(14) {
            0 => Value::Null,
            1 => true.into(),
            2 => 0.into(),
            3 => (-1).into(),
            4 => i64::MIN.into(),
            5 => u64::MAX.into(),
            6 => json!(1.5),
            7 => json!(1e300),
            8 => "".into(),
            9 => "\u{0}\u{202e}\u{1f511}\u{fdd0}".into(),
            10 => "x".repeat(self.index(5000)).into(),
            11 => json!([]),
            12 => json!({}),
            _ => (0..20).fold(Value::Null, |inner, _| json!([inner])),
        }
    }
}
