//! Errors as the wire knows them.

use std::borrow::Cow;
use std::fmt;

use super::Object;
use super::limits::MODELLED_MESSAGE_CHARACTERS_MAX;
use super::write;

/// `Name = status` lines; the first block holds the model's exceptions, the second those of our own operations, the third
/// those that any operation may answer.
macro_rules! errors {
    (modelled { $($modelled:ident),+ $(,)? } own { $($(#[$own_doc:meta])* $own:ident),+ $(,)? } common { $($(#[$doc:meta])* $common:ident = $status:literal),+ $(,)? }) => {
        /// The name of an error, as SDKs make exception classes of it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorName {
            $(#[doc = concat!("`", stringify!($modelled), "` of the WorkMail model.")] $modelled,)+
            $($(#[$own_doc])* $own,)+
            $($(#[$doc])* $common,)+
        }

        impl ErrorName {
            /// The exceptions of the WorkMail model.
            pub const MODELLED: &'static [ErrorName] = &[$(ErrorName::$modelled),+];
            /// The errors that any operation may answer.
            pub const COMMON: &'static [ErrorName] = &[$(ErrorName::$common),+];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$modelled => stringify!($modelled),)+
                    $(Self::$own => stringify!($own),)+
                    $(Self::$common => stringify!($common),)+
                }
            }

            /// The HTTP status: 400 for every modelled error, as the model sets none.
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$modelled => 400,)+
                    $(Self::$own => 400,)+
                    $(Self::$common => $status,)+
                }
            }

            /// Whether an operation must declare it to answer it.
            pub const fn is_modelled(self) -> bool {
                match self {
                    $(Self::$modelled => true,)+
                    $(Self::$own => true,)+
                    $(Self::$common => false,)+
                }
            }
        }
    };
}

errors! {
    modelled {
        DirectoryInUseException,
        DirectoryServiceAuthenticationFailedException,
        DirectoryUnavailableException,
        EmailAddressInUseException,
        EntityAlreadyRegisteredException,
        EntityNotFoundException,
        EntityStateException,
        InvalidConfigurationException,
        InvalidCustomSesConfigurationException,
        InvalidParameterException,
        InvalidPasswordException,
        LimitExceededException,
        MailDomainInUseException,
        MailDomainNotFoundException,
        MailDomainStateException,
        NameAvailabilityException,
        OrganizationNotFoundException,
        OrganizationStateException,
        ReservedNameException,
        ResourceNotFoundException,
        TooManyTagsException,
        UnsupportedOperationException,
    }
    own {
        /// What is imported is there already, and is different.
        ImportConflictException,
    }
    common {
        /// The caller's policies do not allow the call.
        AccessDeniedException = 400,
        /// The signature's session token is not one of ours.
        ExpiredTokenException = 400,
        /// The authorization header lacks a part.
        IncompleteSignatureException = 400,
        /// A bug of ours, or an outcome nobody can name. SDKs try again.
        InternalFailure = 500,
        /// The signature does not match, or its time is off.
        InvalidSignatureException = 400,
        /// There is no signature.
        MissingAuthenticationTokenException = 400,
        /// The body is over its limit.
        RequestEntityTooLargeException = 413,
        /// The body is not JSON, or JSON of another type than the shape's.
        SerializationException = 400,
        /// The store cannot be reached or the organization is impaired. SDKs try again.
        ServiceUnavailableException = 503,
        /// The key calls too often. SDKs try again, more slowly.
        ThrottlingException = 400,
        /// No such operation.
        UnknownOperationException = 400,
        /// The access key is unknown, disabled or malformed.
        UnrecognizedClientException = 400,
        /// The content type is not AWS JSON 1.1.
        UnsupportedMediaTypeException = 415,
        /// One or more constraints of the input's shape are broken.
        ValidationException = 400,
    }
}

/// An error as the caller sees it. The cause is not in it: it is logged where it is handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which error.
    pub kind: ErrorName,
    /// What a person reads.
    pub message: Cow<'static, str>,
}

impl Fault {
    /// The error `kind` with a message for a person.
    pub fn new(kind: ErrorName, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into() }
    }

    /// A bug of ours; log its cause first.
    pub fn internal() -> Self {
        Self::new(ErrorName::InternalFailure, "The request failed because of an internal error.")
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        self.kind.status()
    }

    /// The body: `__type` and the message.
    ///
    /// The message's member is `Message` for the model's exceptions, at most 256 characters, and `message` for the
    /// others, as AWS has it. SDKs read both. Source: WorkMail model (`Message: String`).
    pub fn body(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + self.message.len());
        let mut object = Object::open(&mut out);
        write::text(self.kind.as_str(), object.key("__type"));
        if self.kind.is_modelled() {
            write::text(cut(&self.message), object.key("Message"));
        } else {
            write::text(&self.message, object.key("message"));
        }
        object.close();
        out
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.as_str(), self.message)
    }
}

impl std::error::Error for Fault {}

/// The text, or as much of it as a modelled message may hold.
fn cut(text: &str) -> &str {
    match text.char_indices().nth(MODELLED_MESSAGE_CHARACTERS_MAX) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies() {
        let modelled = Fault::new(ErrorName::EntityNotFoundException, "x".repeat(300));
        let body = format!(r#"{{"__type":"EntityNotFoundException","Message":"{}"}}"#, "x".repeat(256));
        assert_eq!(String::from_utf8(modelled.body()).expect("UTF-8"), body);
        let common = Fault::new(ErrorName::ValidationException, "a \"b\"\n\u{1}");
        let body = r#"{"__type":"ValidationException","message":"a \"b\"\n\u0001"}"#;
        assert_eq!(String::from_utf8(common.body()).expect("UTF-8"), body);
    }
}
