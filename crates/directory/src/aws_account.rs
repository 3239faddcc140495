//! AWS accounts and access keys as values: what a caller of the admin API signs with.

use std::fmt;

use zeroize::Zeroizing;

use crate::DirectoryError;

/// Number of an AWS account: twelve digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AwsAccountId(Box<str>);

impl AwsAccountId {
    /// The account that `text` names. `Invalid` unless it is twelve digits.
    pub fn parse(text: &str) -> Result<Self, DirectoryError> {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self(text.into()));
        }
        Err(DirectoryError::Invalid("An AWS account id is twelve digits.".to_owned()))
    }

    /// An account number out of random bytes; it does not begin with 0.
    pub fn mint(random: [u8; 8]) -> Self {
        let number = 100_000_000_000 + u64::from_le_bytes(random) % 900_000_000_000;
        Self(number.to_string().into_boxed_str())
    }

    /// The account that a column of the store holds.
    pub fn from_store(text: String) -> Self {
        Self(text.into_boxed_str())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for AwsAccountId {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl fmt::Display for AwsAccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Id of an access key: minted ones are `AKIA` and 16 characters of base 32.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessKeyId(Box<str>);

impl AccessKeyId {
    /// The key id that `text` is. `Invalid` unless it is 16 to 128 of `[A-Za-z0-9_]`, as IAM has it.
    pub fn parse(text: &str) -> Result<Self, DirectoryError> {
        let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if (16..=128).contains(&text.len()) && word {
            return Ok(Self(text.into()));
        }
        let rule = "An access key id is 16 to 128 letters, digits or underscores.";
        Err(DirectoryError::Invalid(rule.to_owned()))
    }

    /// A key id out of random bytes (RFC 4648 §6 base 32: 80 bits are 16 characters).
    pub fn mint(random: [u8; 10]) -> Self {
        const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut bits = [0; 16];
        bits[6..].copy_from_slice(&random);
        let bits = u128::from_be_bytes(bits);
        let digit = |index: usize| char::from(DIGITS[((bits >> (75 - 5 * index)) & 31) as usize]);
        Self(std::iter::once('A').chain("KIA".chars()).chain((0..16).map(digit)).collect())
    }

    /// The key id that a column of the store holds.
    pub fn from_store(text: String) -> Self {
        Self(text.into_boxed_str())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccessKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Secret of an access key; wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretAccessKey(Zeroizing<String>);

impl SecretAccessKey {
    /// The secret that `text` is. `Invalid` unless it is 16 to 128 visible ASCII characters.
    pub fn parse(text: &str) -> Result<Self, DirectoryError> {
        if (16..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(Zeroizing::new(text.to_owned())));
        }
        let rule = "A secret access key is 16 to 128 visible ASCII characters.";
        Err(DirectoryError::Invalid(rule.to_owned()))
    }

    /// A secret out of random bytes: 40 characters of base 64.
    pub fn mint(random: [u8; 30]) -> Self {
        use base64::Engine as _;
        Self(Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(random)))
    }

    /// The text, for signing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretAccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretAccessKey(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn minted_values_have_the_shapes_of_iam() {
        let key = AccessKeyId::mint([0xff; 10]);
        assert_eq!(key.as_str(), "AKIA7777777777777777");
        assert_eq!(AccessKeyId::mint([0; 10]).as_str(), "AKIAAAAAAAAAAAAAAAAA");
        assert_eq!(AccessKeyId::mint(*b"foobarbaz!").as_str(), "AKIAMZXW6YTBOJRGC6RB");
        assert_eq!(SecretAccessKey::mint([7; 30]).expose().len(), 40);
        assert!(AwsAccountId::parse(AwsAccountId::mint([0; 8]).as_str()).is_ok());
        assert!(AwsAccountId::parse(AwsAccountId::mint([0xff; 8]).as_str()).is_ok());
    }

    #[test]
    fn other_shapes_are_refused() {
        assert!(AwsAccountId::parse("12345678901").is_err());
        assert!(AwsAccountId::parse("12345678901x").is_err());
        assert!(AccessKeyId::parse("AKIA").is_err());
        assert!(AccessKeyId::parse("AKIA 777777777777777").is_err());
        assert!(SecretAccessKey::parse("too short").is_err());
        assert_eq!(format!("{:?}", SecretAccessKey::mint([7; 30])), "SecretAccessKey(***)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn every_minted_key_is_read_again(id in any::<[u8; 10]>(), secret in any::<[u8; 30]>()) {
            let (id, secret) = (AccessKeyId::mint(id), SecretAccessKey::mint(secret));
            prop_assert!(AccessKeyId::parse(id.as_str()).is_ok_and(|read| read == id));
            prop_assert!(SecretAccessKey::parse(secret.expose()).is_ok_and(|read| read == secret));
        }

        #[test]
        fn no_other_text_is_a_key(text in prop_oneof![".{0,140}", "[A-Za-z0-9_]{0,140}", "AKIA[A-Z2-7\\PC]{12,17}"]) {
            let word = regex_like(&text, |letter| letter.is_ascii_alphanumeric() || letter == '_');
            prop_assert_eq!(AccessKeyId::parse(&text).is_ok(), word);
            prop_assert_eq!(SecretAccessKey::parse(&text).is_ok(), regex_like(&text, |letter| letter.is_ascii_graphic()));
            prop_assert_eq!(AwsAccountId::parse(&text).is_ok(), text.len() == 12 && text.chars().all(|c| c.is_ascii_digit()));
        }
    }

    fn regex_like(text: &str, allowed: impl Fn(char) -> bool) -> bool {
        (16..=128).contains(&text.chars().count()) && text.chars().all(allowed)
    }
}
