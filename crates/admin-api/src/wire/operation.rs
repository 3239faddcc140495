//! An operation: its input, output and the errors it may answer.

use super::{ErrorName, Fault, Shape, Wire};

/// An operation of a service; made by the `operations!` table.
pub trait Operation: 'static {
    /// What the caller sends.
    type Input: Wire;
    /// What the caller gets.
    type Output: Wire;
    /// Name, shapes and declared errors.
    const SHAPE: &'static OperationShape;
    /// The name, as in `X-Amz-Target` after the point.
    const NAME: &'static str = Self::SHAPE.name;
    /// The modelled errors it may answer.
    const ERRORS: &'static [ErrorName] = Self::SHAPE.errors;
}

/// What the model says about an operation.
#[derive(Debug)]
pub struct OperationShape {
    /// The name.
    pub name: &'static str,
    /// What policies call it as one of WorkMail's own.
    pub workmail_action: &'static str,
    /// What policies call it as one of Postroom's.
    pub postroom_action: &'static str,
    /// Lines of the table's doc comment.
    pub documentation: &'static [&'static str],
    /// The input structure.
    pub input: &'static Shape,
    /// The output structure.
    pub output: &'static Shape,
    /// The modelled errors it may answer.
    pub errors: &'static [ErrorName],
    /// Reads an input and writes it again, for tests that walk the table.
    #[doc(hidden)]
    pub echo_input: fn(&[u8]) -> Result<Vec<u8>, Fault>,
    /// Reads an output and writes it again, for tests that walk the table.
    #[doc(hidden)]
    pub echo_output: fn(&[u8]) -> Result<Vec<u8>, Fault>,
}

impl OperationShape {
    /// Whether the operation may answer `kind`: it declares it, or any operation may.
    pub fn admits(&self, kind: ErrorName) -> bool {
        !kind.is_modelled() || self.errors.contains(&kind)
    }

    /// The fault as this operation may answer it. The dispatcher calls it on every fault a handler returns.
    ///
    /// A modelled error that the operation does not declare is a bug of ours: SDKs would not know the class. It is
    /// logged, fails a debug build, and is answered as `InvalidParameterException` where that is declared (the
    /// message still helps), else as `InternalFailure`.
    pub fn conform(&self, fault: Fault) -> Fault {
        if self.admits(fault.kind) {
            return fault;
        }
        tracing::error!(operation = self.name, error = fault.kind.as_str(), "undeclared error");
        debug_assert!(false, "{} does not declare {}", self.name, fault.kind.as_str());
        self.substitute(fault)
    }

    fn substitute(&self, fault: Fault) -> Fault {
        if self.admits(ErrorName::InvalidParameterException) {
            Fault::new(ErrorName::InvalidParameterException, fault.message)
        } else {
            Fault::internal()
        }
    }
}

/// Reads a value and writes it again.
#[doc(hidden)]
pub fn echo<T: Wire>(body: &[u8]) -> Result<Vec<u8>, Fault> {
    super::decode::<T>(body).map(|value| {
        let mut out = Vec::new();
        value.write(&mut out);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: OperationShape = OperationShape {
        name: "Test",
        workmail_action: "workmail:Test",
        postroom_action: "postroom:Test",
        documentation: &[],
        input: <String as Wire>::SHAPE,
        output: <String as Wire>::SHAPE,
        errors: &[ErrorName::InvalidParameterException],
        echo_input: echo::<String>,
        echo_output: echo::<String>,
    };

    #[test]
    fn undeclared_errors_are_replaced() {
        let fault = || Fault::new(ErrorName::EntityStateException, "The user is enabled.");
        assert!(!OPERATION.admits(ErrorName::EntityStateException));
        assert!(OPERATION.admits(ErrorName::ThrottlingException));
        assert_eq!(OPERATION.substitute(fault()).kind, ErrorName::InvalidParameterException);
        let bare = OperationShape { errors: &[], ..OPERATION };
        assert_eq!(bare.substitute(fault()).kind, ErrorName::InternalFailure);
    }

    #[test]
    #[should_panic(expected = "Test does not declare EntityStateException")]
    #[cfg(debug_assertions)]
    fn undeclared_errors_fail_a_debug_build() {
        OPERATION.conform(Fault::new(ErrorName::EntityStateException, "x"));
    }
}
