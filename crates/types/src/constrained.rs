//! Constrained strings and closed choices: a value that exists is valid.

use std::fmt;

use crate::pattern::Pattern;

/// Which rule of a shape a text breaks. The wording for a peer is made at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// Fewer characters than the shape's minimum.
    TooShort(usize),
    /// More characters than the shape's maximum.
    TooLong(usize),
    /// Does not match the shape's pattern as a whole.
    Pattern(&'static str),
    /// Not one of the shape's values.
    Choice(&'static [&'static str]),
}

/// A string of the WorkMail model with bounds (in characters) and a pattern.
pub trait Constrained: Sized + Send + Sync + 'static {
    /// The shape's name in the WorkMail model.
    const SHAPE: &'static str;
    /// Fewest characters.
    const MIN: Option<usize>;
    /// Most characters.
    const MAX: Option<usize>;
    /// Pattern as the model prints it; it holds for the whole text.
    const PATTERN: Option<&'static str>;
    /// Whether the value may never be printed.
    const SENSITIVE: bool;

    /// All rules that `text` breaks, in the order AWS reports them; empty when it is valid.
    fn violations(text: &str) -> Vec<Violation>;
    /// The value, or the first rule it breaks.
    fn parse(text: &str) -> Result<Self, Violation>;
    /// The value of a text that this type produced earlier (a column of the store).
    fn from_store(text: String) -> Self;
    /// The text.
    fn as_str(&self) -> &str;
}

/// A closed set of texts of the WorkMail model.
pub trait Choice: Sized + Copy + Send + Sync + 'static {
    /// The shape's name in the WorkMail model.
    const SHAPE: &'static str;
    /// All texts, in the model's order.
    const VALUES: &'static [&'static str];
    /// The value of `text`.
    fn parse(text: &str) -> Result<Self, Violation>;
    /// The text.
    fn as_str(self) -> &'static str;
}

/// Bounds and pattern of `text`, for the `string!` table.
#[doc(hidden)]
pub fn check(
    text: &str,
    min: Option<usize>,
    max: Option<usize>,
    pattern: Option<(&'static str, &Pattern)>,
) -> Vec<Violation> {
    let mut broken = Vec::new();
    let characters = text.chars().count();
    if let Some(min) = min.filter(|&min| characters < min) {
        broken.push(Violation::TooShort(min));
    }
    if let Some(max) = max.filter(|&max| characters > max) {
        broken.push(Violation::TooLong(max));
    }
    // `PutAccessControlRule` takes an empty description although its pattern ends in `+`: where the shape's
    // minimum is 0, the empty text is valid.
    let empty_allowed = text.is_empty() && min == Some(0);
    if let Some((shown, compiled)) = pattern
        && !empty_allowed
        && (!compiled.is_match(text) || (shown.contains("(?!d-)") && text.starts_with("d-")))
    {
        broken.push(Violation::Pattern(shown));
    }
    broken
}

/// Redacts sensitive values in `Debug`.
#[doc(hidden)]
pub fn show(f: &mut fmt::Formatter<'_>, shape: &str, text: &str, sensitive: bool) -> fmt::Result {
    if sensitive { write!(f, "{shape}(***)") } else { write!(f, "{shape}({text:?})") }
}

/// One line a shape: `string!(Name, min, max, pattern [, sensitive])`; `_` where the model sets no bound.
macro_rules! string {
    (@bound _) => { None };
    (@bound $n:literal) => { Some($n) };
    (@sensitive) => { false };
    (@sensitive sensitive) => { true };
    ($(#[$doc:meta])* $name:ident, $min:tt, $max:tt, $pattern:tt $(, $sensitive:ident)?) => {
        #[doc = concat!("`", stringify!($name), "` of the WorkMail model.")]
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $crate::Constrained for $name {
            const SHAPE: &'static str = stringify!($name);
            const MIN: Option<usize> = string!(@bound $min);
            const MAX: Option<usize> = string!(@bound $max);
            const PATTERN: Option<&'static str> = string!(@bound $pattern);
            const SENSITIVE: bool = string!(@sensitive $($sensitive)?);

            fn violations(text: &str) -> Vec<$crate::Violation> {
                static WHOLE: std::sync::LazyLock<Option<$crate::pattern::Pattern>> = std::sync::LazyLock::new(|| {
                    <$name as $crate::Constrained>::PATTERN.map($crate::pattern::Pattern::new)
                });
                $crate::constrained::check(text, Self::MIN, Self::MAX, Self::PATTERN.zip(WHOLE.as_ref()))
            }
            fn parse(text: &str) -> Result<Self, $crate::Violation> {
                match Self::violations(text).into_iter().next() {
                    None => Ok(Self(text.into())),
                    Some(broken) => Err(broken),
                }
            }
            fn from_store(text: String) -> Self {
                Self(text.into_boxed_str())
            }
            fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl std::ops::Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<&str> for $name {
            type Error = $crate::Violation;
            fn try_from(text: &str) -> Result<Self, $crate::Violation> {
                <Self as $crate::Constrained>::parse(text)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                use $crate::Constrained as _;
                $crate::constrained::show(f, Self::SHAPE, &self.0, Self::SENSITIVE)
            }
        }
    };
}

/// One line a shape: `choice!(Name { Variant = "TEXT", … })`, in the model's order.
macro_rules! choice {
    ($name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        #[doc = concat!("`", stringify!($name), "` of the WorkMail model.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant),+
        }
        impl $crate::Choice for $name {
            const SHAPE: &'static str = stringify!($name);
            const VALUES: &'static [&'static str] = &[$($text),+];
            fn parse(text: &str) -> Result<Self, $crate::Violation> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::Violation::Choice(Self::VALUES)),
                }
            }
            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
        impl $name {
            /// The text.
            pub fn as_str(self) -> &'static str {
                <Self as $crate::Choice>::as_str(self)
            }
        }
    };
}
