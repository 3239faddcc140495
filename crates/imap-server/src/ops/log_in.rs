//! LOGIN and AUTHENTICATE (RFC 9051 §6.2.2, §6.2.3; SASL PLAIN RFC 4616).

use std::io;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use postroom_directory::log_in::{Attempt, LoggedIn, Refusal, Shown};
use postroom_imap_proto::command::{Authenticate, Login};
use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{Secret, Tag};
use postroom_policy::access_control::AccessAction;

use super::bearer::{self, Answer, Mechanism};
use super::{After, Done, conclude};
use crate::failure::Failure;
use crate::out::Out;
use crate::session::Session;
use crate::{limits, respond};

/// Where an exchange of AUTHENTICATE is.
pub(crate) enum SaslState {
    /// PLAIN waits for its one message.
    Plain,
    /// LOGIN waits for the user's name.
    LoginName,
    /// LOGIN waits for the password of this user.
    LoginPassword(Secret),
    /// An access token is waited for.
    Bearer(Mechanism),
    /// The client was told why, and has to say that it has heard.
    Explained(Failure),
}

/// LOGIN.
pub(crate) async fn log_in(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    login: Login,
) -> io::Result<After> {
    let answer = match may_begin(session) {
        Ok(()) => check(session, login.user.as_bytes(), login.password.expose()).await,
        Err(failure) => Err(failure),
    };
    end(session, out, tag, answer)
}

/// AUTHENTICATE.
pub(crate) async fn authenticate(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    authenticate: Authenticate,
) -> io::Result<After> {
    if let Err(failure) = may_begin(session) {
        return end(session, out, tag, Err(failure));
    }
    let state = match &*authenticate.mechanism {
        "PLAIN" => SaslState::Plain,
        "LOGIN" => SaslState::LoginName,
        "OAUTHBEARER" if session.imap.log_ins.issuer().is_some() => SaslState::Bearer(Mechanism::OAuthBearer),
        "XOAUTH2" if session.imap.log_ins.issuer().is_some() => SaslState::Bearer(Mechanism::XOAuth2),
        _ => {
            let failure = Failure::no(Code::Cannot, "CAPABILITY tells which mechanisms there are");
            return end(session, out, tag, Err(failure));
        }
    };
    match authenticate.initial_response {
        Some(message) => take(session, out, tag, state, &message).await,
        None => Ok(challenge(out, state)),
    }
}

/// The answer to a challenge, in base 64; `*` gives up.
pub(crate) async fn go_on(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    state: SaslState,
    line: &Secret,
) -> io::Result<After> {
    if let SaslState::Explained(failure) = state {
        // Whatever it says: RFC 7628 §3.2.3.
        return end(session, out, tag, Err(failure));
    }
    match line.decode_base64() {
        Some(message) if line.expose() != b"*" => take(session, out, tag, state, &message).await,
        _ => end(session, out, tag, Err(Failure::Bad("AUTHENTICATE was given up"))),
    }
}

async fn take(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    state: SaslState,
    message: &Secret,
) -> io::Result<After> {
    let answer = match state {
        SaslState::Plain => {
            let mut parts = message.expose().splitn(3, |byte| *byte == 0);
            match (parts.next(), parts.next(), parts.next()) {
                // Nobody acts for others over IMAP: who is acted for, if named, is who logs in.
                (Some(acts_for), Some(user), Some(password)) if acts_for.is_empty() || acts_for == user => {
                    check(session, user, password).await
                }
                (Some(_), Some(_), Some(_)) => {
                    Err(Failure::no(Code::AuthorizationFailed, "Nobody logs in for somebody else"))
                }
                _ => Err(Failure::Bad("This is no message of PLAIN")),
            }
        }
        SaslState::LoginName => return Ok(challenge(out, SaslState::LoginPassword(message.clone()))),
        SaslState::LoginPassword(user) => check(session, user.expose(), message.expose()).await,
        SaslState::Bearer(mechanism) => match bearer::check(session, mechanism, message.expose()).await {
            Answer::Over(answer) => answer,
            Answer::Explained(why, failure) => {
                respond::challenge(&mut out.bytes, &BASE64_STANDARD.encode(why));
                return Ok(After::Sasl(SaslState::Explained(failure)));
            }
        },
        SaslState::Explained(failure) => Err(failure),
    };
    end(session, out, tag, answer)
}

fn challenge(out: &mut Out<'_>, state: SaslState) -> After {
    let prompt = match state {
        SaslState::Plain | SaslState::Bearer(_) | SaslState::Explained(_) => "",
        // "Username:" and "Password:" in base 64, which clients expect.
        SaslState::LoginName => "VXNlcm5hbWU6",
        SaslState::LoginPassword(_) => "UGFzc3dvcmQ6",
    };
    respond::challenge(&mut out.bytes, prompt);
    After::Sasl(state)
}

fn may_begin(session: &Session) -> Result<(), Failure> {
    if session.user.is_some() {
        return Err(Failure::Bad("You are logged in"));
    }
    if !session.peer.secure {
        return Err(Failure::no(Code::PrivacyRequired, "Begin TLS first"));
    }
    Ok(())
}

async fn check(session: &mut Session, user: &[u8], password: &[u8]) -> Result<Done, Failure> {
    let (Ok(user), Ok(password)) = (std::str::from_utf8(user), std::str::from_utf8(password)) else {
        session.log_ins_failed += 1;
        return Err(wrong());
    };
    let attempt = Attempt {
        action: AccessAction::Imap,
        from: session.peer.address,
        user,
        password,
        user_agent: session.client.as_deref(),
    };
    let log_ins = std::sync::Arc::clone(&session.imap.log_ins);
    match log_ins.log_in(attempt).await? {
        Ok(logged_in) => finish(session, logged_in).await,
        Err(refusal) => Err(refusal_shown(session, &refusal)),
    }
}

/// Begins the session of who was let in.
pub(super) async fn finish(session: &mut Session, logged_in: LoggedIn) -> Result<Done, Failure> {
    session.begin(logged_in).await?;
    Ok(Done::with(Code::Capability(respond::capabilities(session)), "You are logged in"))
}

/// What the client is told of a refusal. What is not its fault does not end its connection.
pub(super) fn refusal_shown(session: &mut Session, refusal: &Refusal) -> Failure {
    session.log_ins_failed += u32::from(!matches!(refusal, Refusal::Busy | Refusal::IssuerAway));
    match refusal.shown() {
        Shown::Refused => wrong(),
        Shown::TryLater(wait) => {
            let (seconds, plural) = (wait.as_secs() + 1, if wait.as_secs() == 0 { "" } else { "s" });
            let text = format!("You cannot be let in now: try again in {seconds} second{plural}");
            Failure::No(Some(Code::Unavailable), text.into())
        }
    }
}

fn wrong() -> Failure {
    Failure::no(Code::AuthenticationFailed, "Name or password are wrong")
}

fn end(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    answer: Result<Done, Failure>,
) -> io::Result<After> {
    conclude(out, tag, answer)?;
    if session.log_ins_failed >= limits::LOG_INS_FAILED_MAX {
        respond::bye(&mut out.bytes, "Too many log-ins failed");
        return Ok(After::Over);
    }
    Ok(After::Command)
}
