//! The constrained strings of the WorkMail model (botocore `workmail/2017-10-01`), one line each.
//!
//! Columns: name, fewest and most characters, pattern. `crates/admin-api/tests/model.rs` compares them with the model.

string!(AccessControlRuleAction, 1, 64, r"[a-zA-Z]+");
string!(AccessControlRuleDescription, 0, 255, r"[\u0020-\u00FF]+");
string!(AccessControlRuleName, 1, 64, r"[a-zA-Z0-9_-]+");
string!(
    AmazonResourceName,
    1,
    1011,
    r"arn:aws:workmail:[a-z0-9-]*:[a-z0-9-]+:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}"
);
string!(
    ApplicationArn,
    10,
    1224,
    r"^arn:(aws|aws-us-gov|aws-cn|aws-iso|aws-iso-b):sso::\d{12}:application/(sso)?ins-[a-zA-Z0-9-.]{16}/apl-[a-zA-Z0-9]{16}$"
);
string!(Description, 0, 1023, r"[\S\s]*");
string!(DeviceId, 1, 32, r"[A-Za-z0-9]+");
string!(DeviceModel, 1, 256, r"[\u0020-\u00FF]+");
string!(DeviceOperatingSystem, 1, 256, r"[\u0020-\u00FF]+");
string!(DeviceType, 1, 256, r"[\u0020-\u00FF]+");
string!(DeviceUserAgent, 1, 256, r"[\u0020-\u00FF]+");
string!(DirectoryId, 12, 12, r"^d-[0-9a-f]{10}$");
string!(DomainName, 3, 255, r"[a-zA-Z0-9.-]+");
string!(EmailAddress, 1, 254, r"[a-zA-Z0-9._%+-]{1,64}@[a-zA-Z0-9.-]+\.[a-zA-Z-]{2,}");
string!(EntityIdentifier, 1, 256, r"[a-zA-Z0-9._%+@-]+");
string!(ExternalUserName, _, 256, r"[\u0020-\u00FF]+");
string!(GroupName, 1, 256, r"[\u0020-\u00FF]+");
string!(HostedZoneId, 1, 32, r"[^/\\]*");
string!(IdempotencyClientToken, 1, 128, r"[\x21-\x7e]+");
string!(IdentityCenterApplicationName, 0, 255, r"^[\w+=,.@-]+$");
string!(
    IdentityProviderIdentityStoreId,
    1,
    36,
    r"^d-[0-9a-f]{10}$|^[0-9a-f]{8}\\b-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-\\b[0-9a-f]{12}$"
);
string!(
    IdentityProviderUserId,
    1,
    47,
    r"^([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$"
);
string!(
    IdentityProviderUserIdForUpdate,
    0,
    47,
    r"^$|^([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$"
);
string!(IdentityProviderUserIdPrefix, 1, 47, r"^[A-Fa-f0-9-]+$");
string!(ImpersonationRoleDescription, 1, 256, r"[^\x00-\x09\x0B\x0C\x0E-\x1F\x7F\x3C\x3E\x5C]+");
string!(ImpersonationRoleId, 1, 64, r"[a-zA-Z0-9_-]+");
string!(ImpersonationRoleName, 1, 64, r"[^\x00-\x1F\x7F\x3C\x3E\x5C]+");
string!(ImpersonationRuleDescription, 1, 256, r"[^\x00-\x09\x0B\x0C\x0E-\x1F\x7F\x3C\x3E\x5C]+");
string!(ImpersonationRuleId, 1, 64, r"[a-zA-Z0-9_-]+");
string!(ImpersonationRuleName, 1, 64, r"[^\x00-\x1F\x7F\x3C\x3E\x5C]+");
string!(ImpersonationToken, 1, 256, r"[\x21-\x7e]+");
string!(
    InstanceArn,
    10,
    1124,
    r"^arn:(aws|aws-us-gov|aws-cn|aws-iso|aws-iso-b):sso:::instance/(sso)?ins-[a-zA-Z0-9-.]{16}$"
);
string!(
    IpAddress,
    1,
    15,
    r"^(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$"
);
string!(
    IpRange,
    1,
    18,
    r"^(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])/([0-9]|[12][0-9]|3[0-2])$"
);
string!(KmsKeyArn, 20, 2048, r"arn:aws:kms:[a-z0-9-]*:[a-z0-9-]+:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}");
string!(
    LambdaArn,
    49,
    256,
    r"arn:aws:lambda:[a-z]{2}-[a-z]+-\d{1}:\d{12}:function:[a-zA-Z0-9\-_\.]+(:(\$LATEST|[a-zA-Z0-9\-_]+))?"
);
string!(LogGroupArn, 47, 562, r"arn:aws:logs:[a-z\-0-9]*:[0-9]{12}:log-group:([\.\-_/#A-Za-z0-9]+):\*$");
string!(MailboxExportErrorInfo, 1, 1024, r"[\S\s]*");
string!(MailboxExportJobId, 1, 63, r"[A-Za-z0-9-]+");
string!(MobileDeviceAccessRuleDescription, 1, 256, r"[\S\s]+");
string!(MobileDeviceAccessRuleId, 1, 64, r"[a-zA-Z0-9_-]+");
string!(MobileDeviceAccessRuleName, 1, 64, r"[\S\s]+");
string!(NewResourceDescription, 0, 64, _, sensitive);
string!(NextToken, 1, 1024, r"[\S\s]*|[a-zA-Z0-9/+=]{1,1024}");
string!(OrganizationId, 34, 34, r"^m-[0-9a-f]{32}$");
string!(OrganizationName, 1, 62, r"^(?!d-)([\da-zA-Z]+)([-][\da-zA-Z]+)*");
string!(Password, _, 256, r"[\u0020-\u00FF]+", sensitive);
string!(PersonalAccessTokenId, 1, 64, r"[a-zA-Z0-9_-]+");
string!(PersonalAccessTokenName, 1, 64, r"[^\x00-\x1F\x7F\x3C\x3E\x5C]+");
string!(PersonalAccessTokenScope, 1, 256, r"[^\x00-\x1F\x7F\x3C\x3E\x5C]+");
string!(PolicyDescription, _, 256, r"[\w\d\s\S\-!?=,.;:'_]+", sensitive);
string!(ResourceDescription, 1, 64, _, sensitive);
string!(ResourceId, 34, 34, r"^r-[0-9a-f]{32}$");
string!(ResourceName, 1, 20, r"[\w\-.]+(@[a-zA-Z0-9.\-]+\.[a-zA-Z0-9-]{2,})?");
string!(RoleArn, 20, 2048, r"arn:aws:iam:[a-z0-9-]*:[a-z0-9-]+:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}");
string!(S3BucketName, 1, 63, r"[A-Za-z0-9.-]+");
string!(S3ObjectKey, 1, 1023, r"[A-Za-z0-9!_.*'()/-]+");
string!(ShortString, 1, 64, r"[a-zA-Z0-9_-]+");
string!(TagKey, 1, 128, _);
string!(TagValue, 0, 256, _);
string!(Url, _, 256, r"https?://[A-Za-z0-9.-]+(:[0-9]+)?/.*");
string!(UserAttribute, _, 256, _, sensitive);
string!(UserName, 1, 64, r"[\w\-.]+(@[a-zA-Z0-9.\-]+\.[a-zA-Z0-9-]{2,})?");
string!(WorkMailDomainName, 3, 209, r"[a-zA-Z0-9.-]+");
string!(WorkMailIdentifier, 12, 256, _);

string!(
    /// Not of WorkMail's, but of our own: a hash that an importer brings.
    ImportedPasswordHash,
    1,
    256,
    r"\$argon2id\$[\x21-\x7e]+",
    sensitive
);
string!(
    /// Not of WorkMail's, but of our own: what a condition of a rule was compared with and what came of it.
    ExplanationText,
    _,
    100_000,
    _
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Constrained, Violation};

    #[track_caller]
    fn check<T: Constrained>(good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(T::violations(text), [], "{} {text:?}", T::SHAPE);
        }
        for text in bad {
            assert_ne!(T::violations(text), [], "{} {text:?}", T::SHAPE);
        }
    }

    #[test]
    fn patterns() {
        check::<OrganizationName>(&["demo", "a-b", "1x"], &["d-x", "-a", "a--b", "a-", ""]);
        check::<OrganizationId>(&["m-0123456789abcdef0123456789abcdef"], &["m-0123", "x"]);
        check::<UserName>(&["a.b-c", "a@example.com"], &["a b", "a@", "\u{e9}"]);
        check::<GroupName>(&["All Staff", "caf\u{e9}"], &["\u{100}", ""]);
        check::<AccessControlRuleDescription>(&["", "x y"], &["\n"]);
        check::<IpRange>(&["10.0.0.0/8"], &["10.0.0.0/33", "10.0.0.0", "::1/1"]);
        check::<IdentityProviderIdentityStoreId>(
            &["d-0123456789", "01234567-89ab-cdef-0123-456789abcdef"],
            &["d-x", "01234567"],
        );
        check::<EmailAddress>(&["a@b.co"], &["a@b", "@b.co"]);
        check::<ImportedPasswordHash>(
            &["$argon2id$v=19$x"],
            &["$argon2i$v=19$x", "$argon2id$", "argon2id$x"],
        );
    }

    #[test]
    fn all_broken_rules_are_reported() {
        assert_eq!(
            DeviceId::violations("-".repeat(33).as_str()),
            [Violation::TooLong(32), Violation::Pattern("[A-Za-z0-9]+")]
        );
    }
}
