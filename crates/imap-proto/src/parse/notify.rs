//! What a client wants to hear of without asking. RFC 5465 §8.

use super::cursor::{Cursor, Parsed};
use super::fetch::item_list;
use super::mailbox;
use crate::command::{EventGroup, MailboxFilter, NotifyEvent, NotifySet};
use crate::{Command, MailboxName};

/// `"NOTIFY" SP ("NONE" / "SET" [SP "STATUS"] 1*(SP event-group))`
pub(super) fn notify(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.space()?;
    match cursor.word("SET or NONE")?.as_str() {
        "NONE" => return Ok(Command::NotifyNone),
        "SET" => {}
        _ => return cursor.expected("SET or NONE"),
    }
    let status = cursor.eat_space_and("STATUS");
    let mut groups = Vec::new();
    loop {
        cursor.space()?;
        groups.push(cursor.element(group)?);
        if is_selected_twice(&groups) {
            return cursor.expected("SELECTED or SELECTED-DELAYED");
        }
        if cursor.peek() != Some(b' ') {
            return Ok(Command::NotifySet(NotifySet { status, groups }));
        }
    }
}

/// Whether the selected mailbox is to be told of at once and later too: RFC 5465 §6.
fn is_selected_twice(groups: &[EventGroup]) -> bool {
    let asks = |filter: &MailboxFilter| groups.iter().any(|group| group.mailboxes == *filter);
    asks(&MailboxFilter::Selected) && asks(&MailboxFilter::SelectedDelayed)
}

/// `event-group = "(" filter-mailboxes SP events ")"`
fn group(cursor: &mut Cursor<'_>) -> Parsed<EventGroup> {
    cursor.open()?;
    let mailboxes = filter(cursor)?;
    cursor.space()?;
    let events = if cursor.eat_word("NONE") { Vec::new() } else { cursor.list(false, event)? };
    let selected = matches!(mailboxes, MailboxFilter::Selected | MailboxFilter::SelectedDelayed);
    if let Some(expected) = missing(&events, selected) {
        return cursor.expected(expected);
    }
    cursor.close()?;
    Ok(EventGroup { mailboxes, events })
}

/// What the events lack to make sense together.
fn missing(events: &[NotifyEvent], selected: bool) -> Option<&'static str> {
    let new = events.iter().any(|event| matches!(event, NotifyEvent::MessageNew { .. }));
    let gone = events.contains(&NotifyEvent::MessageExpunge);
    let changed = events.contains(&NotifyEvent::FlagChange);
    if new != gone || (changed && !new) {
        return Some("MessageNew and MessageExpunge together");
    }
    let fetches =
        |event: &NotifyEvent| matches!(event, NotifyEvent::MessageNew { fetch } if !fetch.is_empty());
    (!selected && events.iter().any(fetches)).then_some("data items for the selected mailbox only")
}

fn filter(cursor: &mut Cursor<'_>) -> Parsed<MailboxFilter> {
    Ok(match cursor.word("which mailboxes")?.as_str() {
        "SELECTED" => MailboxFilter::Selected,
        "SELECTED-DELAYED" => MailboxFilter::SelectedDelayed,
        "INBOXES" => MailboxFilter::Inboxes,
        "PERSONAL" => MailboxFilter::Personal,
        "SUBSCRIBED" => MailboxFilter::Subscribed,
        "SUBTREE" => MailboxFilter::Subtree(mailboxes(cursor)?),
        "MAILBOXES" => MailboxFilter::Mailboxes(mailboxes(cursor)?),
        _ => return cursor.expected("which mailboxes, such as SELECTED or PERSONAL"),
    })
}

/// `SP (mailbox / "(" mailbox *(SP mailbox) ")")`
fn mailboxes(cursor: &mut Cursor<'_>) -> Parsed<Vec<MailboxName>> {
    cursor.space()?;
    if cursor.peek() == Some(b'(') { cursor.list(false, mailbox) } else { Ok(vec![mailbox(cursor)?]) }
}

fn event(cursor: &mut Cursor<'_>) -> Parsed<NotifyEvent> {
    Ok(match cursor.word("an event")?.as_str() {
        "MESSAGENEW" => {
            let mut fetch = Vec::new();
            if cursor.run().starts_with(b" (") {
                cursor.space()?;
                fetch = item_list(cursor)?;
            }
            NotifyEvent::MessageNew { fetch }
        }
        "MESSAGEEXPUNGE" => NotifyEvent::MessageExpunge,
        "FLAGCHANGE" => NotifyEvent::FlagChange,
        "MAILBOXNAME" => NotifyEvent::MailboxName,
        "SUBSCRIPTIONCHANGE" => NotifyEvent::SubscriptionChange,
        "MAILBOXMETADATACHANGE" => NotifyEvent::MailboxMetadataChange,
        "SERVERMETADATACHANGE" => NotifyEvent::ServerMetadataChange,
        _ => NotifyEvent::Other,
    })
}
