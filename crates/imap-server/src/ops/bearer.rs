//! AUTHENTICATE OAUTHBEARER (RFC 7628) and XOAUTH2, as mail clients have it: an access token of the identity provider.

use postroom_directory::log_in::{BearerAttempt, Refusal};
use postroom_imap_proto::encode::Code;
use postroom_policy::access_control::AccessAction;

use super::Done;
use super::log_in::{finish, refusal_shown};
use crate::failure::Failure;
use crate::session::Session;

/// How the message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mechanism {
    /// `gs2-header %x01 *(key "=" value %x01) %x01`: RFC 7628 §3.1.
    OAuthBearer,
    /// `user=name %x01 auth=Bearer token %x01 %x01`
    XOAuth2,
}

/// What comes of a message.
pub(crate) enum Answer {
    /// The exchange is over.
    Over(Result<Done, Failure>),
    /// The client is told this first, says that it has heard, and then hears of the failure (RFC 7628 §3.2.3).
    Explained(String, Failure),
}

/// What a message says.
struct Message<'a> {
    user: Option<String>,
    token: &'a str,
}

/// Lets in who shows a good token.
pub(crate) async fn check(session: &mut Session, mechanism: Mechanism, message: &[u8]) -> Answer {
    let Some(message) = parse(mechanism, message) else {
        return explained(session, "invalid_request", Failure::Bad("This is no message of this mechanism"));
    };
    let attempt = BearerAttempt {
        action: AccessAction::Imap,
        from: session.peer.address,
        user: message.user.as_deref(),
        token: message.token,
        user_agent: session.client.as_deref(),
    };
    let log_ins = std::sync::Arc::clone(&session.imap.log_ins);
    match log_ins.log_in_with_token(attempt).await {
        Ok(Ok(logged_in)) => Answer::Over(finish(session, logged_in).await),
        Ok(Err(refusal @ (Refusal::BadCredentials(_) | Refusal::AccessDenied { .. }))) => {
            let failure = refusal_shown(session, &refusal);
            explained(session, "invalid_token", failure)
        }
        Ok(Err(refusal)) => Answer::Over(Err(refusal_shown(session, &refusal))),
        Err(error) => Answer::Over(Err(error.into())),
    }
}

fn explained(session: &Session, status: &str, failure: Failure) -> Answer {
    let Some(issuer) = session.imap.log_ins.issuer() else {
        return Answer::Over(Err(Failure::no(Code::Cannot, "Access tokens are not taken")));
    };
    // Nothing in a URL of the configuration needs escaping in JSON.
    let url = issuer.metadata_url();
    Answer::Explained(format!(r#"{{"status":"{status}","openid-configuration":"{url}"}}"#), failure)
}

fn parse(mechanism: Mechanism, message: &[u8]) -> Option<Message<'_>> {
    let (first, pairs) = std::str::from_utf8(message).ok()?.split_once('\u{1}')?;
    let user = match mechanism {
        Mechanism::OAuthBearer => authorized(first)?,
        Mechanism::XOAuth2 => Some(first.strip_prefix("user=")?.to_owned()),
    };
    // Each pair ends with %x01, and so does the list of them.
    let pairs = pairs.strip_suffix("\u{1}\u{1}")?;
    let credential = pairs.split('\u{1}').find_map(|pair| pair.strip_prefix("auth="))?;
    let (scheme, token) = credential.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(Message { user, token })
}

/// Who is named in a header of GS2 (RFC 5801 §4): `Some(None)` when nobody is.
fn authorized(header: &str) -> Option<Option<String>> {
    // Channels are not bound here: whoever insists ("p=") is refused.
    let rest = header.strip_prefix("n,").or_else(|| header.strip_prefix("y,"))?;
    let name = rest.strip_suffix(',')?;
    match name {
        "" => Some(None),
        name => {
            let name = name.strip_prefix("a=").filter(|name| !name.contains(','))?;
            Some(Some(name.replace("=2C", ",").replace("=3D", "=")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mechanism: Mechanism, message: &str, expected: Option<(Option<&str>, &str)>) {
        let found = parse(mechanism, message.as_bytes());
        assert_eq!(found.as_ref().map(|found| (found.user.as_deref(), found.token)), expected, "{message:?}");
    }

    #[test]
    fn messages() {
        use Mechanism::{OAuthBearer, XOAuth2};
        // RFC 7628 §4.1.
        let example = "n,a=user@example.com,\u{1}host=server.example.com\u{1}port=143\u{1}\
                       auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\u{1}\u{1}";
        let token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";
        check(OAuthBearer, example, Some((Some("user@example.com"), token)));
        check(OAuthBearer, "n,,\u{1}auth=bearer t\u{1}\u{1}", Some((None, "t")));
        check(OAuthBearer, "y,a=a=2Cb=3Dc,\u{1}auth=Bearer t\u{1}\u{1}", Some((Some("a,b=c"), "t")));
        check(XOAuth2, "user=u@example.com\u{1}auth=Bearer t\u{1}\u{1}", Some((Some("u@example.com"), "t")));
        for wrong in [
            "",
            "\u{1}",
            "n,,\u{1}\u{1}",
            "n,,\u{1}auth=Bearer t\u{1}",
            "n,,\u{1}auth=Bearer \u{1}\u{1}",
            "n,,\u{1}auth=Basic t\u{1}\u{1}",
            "p=tls-exporter,,\u{1}auth=Bearer t\u{1}\u{1}",
            "n,b=c,\u{1}auth=Bearer t\u{1}\u{1}",
            "user=u\u{1}auth=Bearer t\u{1}\u{1}",
        ] {
            check(OAuthBearer, wrong, None);
        }
        check(XOAuth2, "n,,\u{1}auth=Bearer t\u{1}\u{1}", None);
    }
}
