//! What log-ins and sessions write down (WB §13.2).

use std::sync::Arc;

use postroom_types::AccessControlRuleName;

use super::attempt::Attempt;
use super::gate::{Admitted, LogIns};
use super::logged_in::LoggedIn;
use super::people::Found;
use super::refusal::Refusal;
use crate::access_audit::{
    AccessAudit, AccessLog, Authentication, Decision, Event, MailboxAccess, MailboxLog, Scope,
};
use crate::limits;

/// User and password, or a token in its place: WorkMail's word.
pub(super) const BASIC: &str = "basic";
/// An access token of the identity provider, which WorkMail does not have for these protocols.
pub(super) const BEARER: &str = "bearer";

impl LogIns {
    /// What writes the records down.
    pub fn audit(&self) -> &Arc<AccessAudit> {
        &self.audit
    }

    /// Writes down what `logged_in` does in a mailbox. Never waits.
    ///
    /// One call a command, with how many things it touched: repetitions in a folder are counted within an hour.
    pub fn note_mailbox_access(&self, logged_in: &LoggedIn, access: &MailboxAccess<'_>) {
        let detail = MailboxLog {
            impersonator_id: None,
            protocol: logged_in.action.as_str(),
            source_ip: logged_in.from,
            user_agent: logged_in.user_agent(),
            action: access.action,
            owner_id: access.owner.as_str(),
            object_type: access.object,
            item_id: access.item_id,
            folder_path: access.folder_path,
            folder_id: access.folder_id,
            attachment_path: access.attachment_path,
            action_allowed: access.allowed,
        };
        self.audit.note(&Event {
            organization: logged_in.organization(),
            log: AccessLog::MailboxAccess,
            user_id: logged_in.entity().as_str(),
            input: detail.input(),
            detail,
            count: access.count.max(1),
            failure: false,
        });
    }

    /// Writes a log-in down, and the decision of the rules where it came to one. Nobody's organization has no trail.
    pub(super) fn note_log_in(
        &self,
        attempt: &Attempt<'_>,
        found: &Found,
        judged: &Result<Admitted, Refusal>,
        method: &'static str,
    ) {
        let Some(organization) = found.organization() else {
            tracing::debug!(
                target: "postroom::access",
                protocol = attempt.action.as_str(),
                source_ip = %attempt.from,
                "a log-in at a domain of no organization was refused"
            );
            return;
        };
        let user_id = found.person().map_or("", |person| person.id.as_str());
        let token = judged.as_ref().ok().and_then(|admitted| admitted.logged_in.token_id());
        let reason = match judged {
            Ok(_) | Err(Refusal::AccessDenied { .. }) => None,
            Err(refusal) => Some(refusal.as_str()),
        };
        let detail = Authentication {
            user: cut(attempt.user),
            protocol: attempt.action.as_str(),
            source_ip: attempt.from,
            user_agent: attempt.user_agent.map(cut),
            method,
            auth_successful: reason.is_none(),
            auth_failed_reason: reason,
            personal_access_token_id: token.map(|id| id.as_str()),
        };
        self.audit.note(&Event {
            organization: organization.key,
            log: AccessLog::Authentication,
            user_id,
            input: detail,
            detail,
            count: 1,
            failure: reason.is_some(),
        });
        let (rule, access_granted) = match judged {
            Ok(admitted) => (admitted.rule.as_ref(), true),
            Err(Refusal::AccessDenied { rules }) => (rules.first(), false),
            Err(_) => return,
        };
        let detail = decision(attempt.action.as_str(), attempt.from, rule, access_granted);
        self.audit.note(&Event {
            organization: organization.key,
            log: AccessLog::AccessControl,
            user_id,
            input: detail,
            detail,
            count: 1,
            failure: false,
        });
    }

    /// Writes down what the rules say about a session that goes on or ends.
    pub(super) fn note_decision(
        &self,
        logged_in: &LoggedIn,
        rule: Option<&AccessControlRuleName>,
        access_granted: bool,
    ) {
        let detail = decision(logged_in.action.as_str(), logged_in.from, rule, access_granted);
        self.audit.note(&Event {
            organization: logged_in.organization(),
            log: AccessLog::AccessControl,
            user_id: logged_in.entity().as_str(),
            input: detail,
            detail,
            count: 1,
            failure: false,
        });
    }
}

fn decision<'a>(
    protocol: &'a str,
    source_ip: std::net::IpAddr,
    rule: Option<&'a AccessControlRuleName>,
    access_granted: bool,
) -> Decision<'a> {
    let rule_id = rule.map(|rule| rule.as_str());
    Decision {
        impersonator_id: None,
        protocol,
        source_ip,
        scope: Scope::AccessControl,
        rule_id,
        access_granted,
    }
}

/// As much of a client's text as a record holds.
pub(super) fn cut(text: &str) -> &str {
    let end = text.char_indices().nth(limits::USER_AGENT_CHARACTERS_MAX).map_or(text.len(), |(at, _)| at);
    &text[..end]
}
