//! The table macros: one line a shape or operation.

/// Makes constrained strings of `postroom-types` known to the wire: `texts!(UserName, GroupName, …)`.
macro_rules! texts {
    ($($name:ty),+ $(,)?) => { $(
        impl $crate::wire::Wire for $name {
            const SHAPE: &'static $crate::wire::Shape = &$crate::wire::Shape::text::<$name>();
            fn build(value: $crate::wire::Checked<'_>) -> Option<Self> {
                let text = value.value().as_str()?;
                Some(<$name as postroom_types::Constrained>::from_store(text.to_owned()))
            }
            fn write(&self, out: &mut Vec<u8>) {
                $crate::wire::write::text(self.as_str(), out);
            }
        }
    )+ };
}

/// Makes choices of `postroom-types` known to the wire: `choices!(EntityState, …)`.
macro_rules! choices {
    ($($name:ty),+ $(,)?) => { $(
        impl $crate::wire::Wire for $name {
            const SHAPE: &'static $crate::wire::Shape = &$crate::wire::Shape::choice::<$name>();
            fn build(value: $crate::wire::Checked<'_>) -> Option<Self> {
                <$name as postroom_types::Choice>::parse(value.value().as_str()?).ok()
            }
            fn write(&self, out: &mut Vec<u8>) {
                $crate::wire::write::text(self.as_str(), out);
            }
        }
    )+ };
}

/// A number with bounds: `number!(MaxResults: Integer, 1, 100)`; `_` where the model sets no bound.
macro_rules! number {
    (@bound _) => { None };
    (@bound $n:literal) => { Some($n) };
    (@type Integer) => { i32 };
    (@type Long) => { i64 };
    (@type Double) => { f64 };
    (@build Double, $value:ident) => { $value.as_f64() };
    (@build $kind:ident, $value:ident) => { $crate::wire::numbers::whole($value)?.try_into().ok() };
    (@write Double, $value:expr, $out:ident) => { $crate::wire::write::double($value, $out) };
    (@write $kind:ident, $value:expr, $out:ident) => { $out.extend_from_slice($value.to_string().as_bytes()) };
    ($name:ident: $kind:ident, $min:tt, $max:tt) => {
        #[doc = concat!("`", stringify!($name), "` of the WorkMail model. Its bounds are checked when it is read.")]
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        pub struct $name(pub number!(@type $kind));

        impl $name {
            /// The number.
            pub const fn get(self) -> number!(@type $kind) {
                self.0
            }
        }
        impl $crate::wire::Wire for $name {
            const SHAPE: &'static $crate::wire::Shape = &$crate::wire::Shape {
                name: stringify!($name),
                kind: $crate::wire::Kind::Number {
                    number: $crate::wire::Number::$kind,
                    min: number!(@bound $min),
                    max: number!(@bound $max),
                },
            };
            fn build(value: $crate::wire::Checked<'_>) -> Option<Self> {
                let value = value.value();
                number!(@build $kind, value).map(Self)
            }
            fn write(&self, out: &mut Vec<u8>) {
                number!(@write $kind, self.0, out);
            }
        }
    };
}

/// A list with bounds on its length: `list!(DeviceTypeList of DeviceType, 1, 10)`; `_` where the model sets none.
macro_rules! list {
    (@bound _) => {
        None
    };
    (@bound $n:literal) => {
        Some($n)
    };
    ($name:ident of $element:ty, $min:tt, $max:tt) => {
        #[doc = concat!("`", stringify!($name), "` of the model. Its bounds are checked when it is read.")]
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name(pub Vec<$element>);

        impl std::ops::Deref for $name {
            type Target = Vec<$element>;
            fn deref(&self) -> &Vec<$element> {
                &self.0
            }
        }
        impl FromIterator<$element> for $name {
            fn from_iter<I: IntoIterator<Item = $element>>(elements: I) -> Self {
                Self(elements.into_iter().collect())
            }
        }
        impl $crate::wire::Wire for $name {
            const SHAPE: &'static $crate::wire::Shape = &$crate::wire::Shape {
                name: stringify!($name),
                kind: $crate::wire::Kind::List {
                    of: <$element as $crate::wire::Wire>::SHAPE,
                    min: list!(@bound $min),
                    max: list!(@bound $max),
                },
            };
            fn build(value: $crate::wire::Checked<'_>) -> Option<Self> {
                $crate::wire::values::build_list(value).map(Self)
            }
            fn write(&self, out: &mut Vec<u8>) {
                $crate::wire::values::write_list(&self.0, out);
            }
        }
    };
}

/// A structure: `structure!(Name { field "WireName": Type, … })`, members in the model's order.
///
/// `Option<Type>` is a member that may be absent. `Name: Default { … }` for those of which every member may be.
/// `Type as SHAPE` names another shape than the type's own (only [`crate::wire::BOOLEAN_OBJECT`] so far).
macro_rules! structure {
    (@shape $type:ty) => { <$type as $crate::wire::Field>::SHAPE };
    (@shape $type:ty, $shape:ident) => { $crate::wire::$shape };
    ($(#[$meta:meta])* $name:ident $(: $default:ident)? {
        $($field:ident $wire:literal: $type:ty $(as $shape:ident)?),* $(,)?
    }) => {
        #[doc = concat!("`", stringify!($name), "` of the model.")]
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq $(, $default)?)]
        pub struct $name { $(
            #[doc = concat!("`", $wire, "`")]
            pub $field: $type,
        )* }

        impl $crate::wire::Wire for $name {
            const SHAPE: &'static $crate::wire::Shape = &$crate::wire::Shape {
                name: stringify!($name),
                kind: $crate::wire::Kind::Structure(&[$($crate::wire::Member {
                    name: $wire,
                    shape: structure!(@shape $type $(, $shape)?),
                    required: <$type as $crate::wire::Field>::REQUIRED,
                }),*]),
            };
            #[allow(unused_variables, reason = "a structure without members reads none")]
            fn build(value: $crate::wire::Checked<'_>) -> Option<Self> {
                Some(Self { $($field: $crate::wire::Field::build(value.member($wire))?),* })
            }
            #[allow(unused_mut, reason = "a structure without members writes none")]
            fn write(&self, out: &mut Vec<u8>) {
                let mut object = $crate::wire::Object::open(out);
                $($crate::wire::Field::write(&self.$field, $wire, &mut object);)*
                object.close();
            }
        }
    };
}

/// A service's operations: `operations! { ($) TABLE, for_each_name; Operation(Input) -> Output { Errors… } … }`.
///
/// Makes a unit type with [`crate::wire::Operation`] for each, `TABLE` with all of them, and a macro
/// `for_each_name!(callback)` that expands to `callback! { First, Second, … }`, from which a dispatcher is made: an
/// operation without its handler then does not compile. A doc comment on a row becomes the printed model's text.
/// (The `$` is handed in because a macro cannot write one for the macro it makes.)
macro_rules! operations {
    (($d:tt) $table:ident, $for_each:ident; $(
        $(#[doc = $doc:literal])*
        $name:ident($input:ty) -> $output:ty { $($error:ident),* $(,)? }
    )+) => {
        $(
            #[doc = concat!("The operation `", stringify!($name), "`.")]
            $(#[doc = $doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl $crate::wire::Operation for $name {
                type Input = $input;
                type Output = $output;
                const SHAPE: &'static $crate::wire::OperationShape = &$crate::wire::OperationShape {
                    name: stringify!($name),
                    workmail_action: concat!("workmail:", stringify!($name)),
                    postroom_action: concat!("postroom:", stringify!($name)),
                    documentation: &[$($doc),*],
                    input: <$input as $crate::wire::Wire>::SHAPE,
                    output: <$output as $crate::wire::Wire>::SHAPE,
                    errors: &[$($crate::wire::ErrorName::$error),*],
                    echo_input: $crate::wire::echo::<$input>,
                    echo_output: $crate::wire::echo::<$output>,
                };
            }
        )+

        /// All operations of the service, in the table's order.
        pub const $table: &[&$crate::wire::OperationShape] = &[$(<$name as $crate::wire::Operation>::SHAPE),+];

        #[allow(unused_macros, reason = "the dispatcher uses it")]
        macro_rules! $for_each {
            ($d callback:ident) => { $d callback! { $($name),+ } };
        }
        #[allow(unused_imports, reason = "the dispatcher uses it")]
        pub(crate) use $for_each;
    };
}
