//! Keywords: names that clients give to items; each mailbox numbers its own, and counts what has them.

use std::collections::BTreeMap;

use postroom_store::{Read, StoreError, Tx, parameters};
use postroom_types::{OrganizationKey, fold};

use crate::mail_tx::MailTx;
use crate::sql::items as sql;
use crate::{Flags, MailError, MailboxKey, limits};

/// The keywords of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keywords {
    /// Number and name, rising.
    names: Vec<(u8, String)>,
}

impl Keywords {
    /// Those that the mailbox has.
    pub fn of(
        read: &mut dyn Read,
        organization: OrganizationKey,
        mailbox: MailboxKey,
    ) -> Result<Self, MailError> {
        let rows = read.query(&sql::KEYWORDS, parameters![organization.0, mailbox.0])?;
        let names = rows.into_iter().map(|mut row| {
            let number = u8::try_from(row.take::<i64>(0)).map_err(|_| MailError::damaged("a keyword"))?;
            Ok((number, row.take(1)))
        });
        Ok(Self { names: names.collect::<Result<_, MailError>>()? })
    }

    /// The name of keyword `number`.
    pub fn name(&self, number: u8) -> Option<&str> {
        self.names.iter().find(|(known, _)| *known == number).map(|(_, name)| name.as_str())
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(_, name)| name.as_str())
    }

    /// The flag of the keyword `name`, whatever its case; `None` when the mailbox has none.
    pub fn flag(&self, name: &str) -> Option<Flags> {
        let key = fold(name);
        self.names.iter().find(|(_, known)| fold(known) == key).map(|(number, _)| Flags::keyword(*number))
    }
}

/// What a transaction does with the keywords of its mailbox.
#[derive(Default)]
pub(crate) struct KeywordUse {
    /// By how much their counters change, by number.
    counts: BTreeMap<u8, i64>,
    /// Those that it has looked up: it may be about to give them to items.
    named: Flags,
}

impl KeywordUse {
    /// Counts the keywords among `flags` in (`by` 1) or out (`by` -1).
    pub(crate) fn count(&mut self, flags: Flags, by: i64) {
        for number in flags.keywords() {
            *self.counts.entry(number).or_default() += by;
        }
    }

    /// Writes the counters.
    pub(crate) fn settle(
        self,
        tx: &mut Tx<'_>,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        sequence: i64,
    ) -> Result<(), StoreError> {
        for (number, by) in self.counts.into_iter().filter(|(_, by)| *by != 0) {
            let row = parameters![organization.0, mailbox.0, i64::from(number), by, sequence];
            tx.execute(&sql::COUNT_KEYWORD, row)?;
        }
        Ok(())
    }
}

/// The flags of the keywords `names`, which are created when the mailbox has them not: `Limit`.
///
/// A mailbox that has as many as it may gives up, for a new name, the number of one that no item has any more: the one
/// for which that is true the longest. What a number stands for holds in one snapshot with the items that have it.
pub fn flags_of(mail: &mut MailTx<'_, '_>, names: &[String]) -> Result<Flags, MailError> {
    if names.is_empty() {
        return Ok(Flags::NONE);
    }
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let mut known = Keywords::of(mail, organization, mailbox)?;
    // Those that are there first: none of them is given up for another one.
    let there = names.iter().filter_map(|name| known.flag(name));
    mail.keywords.named = there.fold(mail.keywords.named, Flags::with);
    let mut flags = Flags::NONE;
    for name in names {
        let flag = match known.flag(name) {
            Some(flag) => flag,
            None => create(mail, &mut known, name)?,
        };
        flags = flags.with(flag);
    }
    Ok(flags)
}

/// As [`flags_of`], but names for which there is no room are left out; answers them, too.
pub fn flags_of_some(mail: &mut MailTx<'_, '_>, names: &[String]) -> Result<(Flags, Vec<String>), MailError> {
    match flags_of(mail, names) {
        Ok(flags) => return Ok((flags, Vec::new())),
        Err(MailError::Limit(_)) => {}
        Err(error) => return Err(error),
    }
    let (mut flags, mut left_out) = (Flags::NONE, Vec::new());
    for name in names {
        match flags_of(mail, std::slice::from_ref(name)) {
            Ok(flag) => flags = flags.with(flag),
            Err(MailError::Limit(_)) => left_out.push(name.clone()),
            Err(error) => return Err(error),
        }
    }
    Ok((flags, left_out))
}

fn create(mail: &mut MailTx<'_, '_>, known: &mut Keywords, name: &str) -> Result<Flags, MailError> {
    if name.len() > limits::KEYWORD_BYTES_MAX {
        return Err(MailError::Limit("bytes of a keyword"));
    }
    let free = (0..limits::KEYWORDS_MAX).find(|number| known.name(*number).is_none());
    let (number, statement) = match free {
        Some(number) => (number, &sql::INSERT_KEYWORD),
        None => (give_up(mail)?, &sql::RENAME_KEYWORD),
    };
    let (organization, mailbox, sequence) = (mail.organization.0, mail.mailbox.0, mail.sequence);
    mail.execute(
        statement,
        parameters![organization, mailbox, i64::from(number), name, &fold(name), sequence],
    )?;
    known.names.retain(|(known, _)| *known != number);
    let at = known.names.partition_point(|(known, _)| *known < number);
    known.names.insert(at, (number, name.to_owned()));
    let flag = Flags::keyword(number);
    mail.keywords.named = mail.keywords.named.with(flag);
    Ok(flag)
}

/// The number of a keyword that no item has, which stands for it no longer: `Limit`.
fn give_up(mail: &mut MailTx<'_, '_>) -> Result<u8, MailError> {
    let rows = mail.query(&sql::KEYWORDS_USED, parameters![mail.organization.0, mail.mailbox.0])?;
    let (used, sequence) = (&mail.keywords, mail.sequence);
    let unused = rows.into_iter().filter_map(|mut row| {
        let number = u8::try_from(row.take::<i64>(0)).ok().filter(|number| *number < limits::KEYWORDS_MAX)?;
        let by = used.counts.get(&number).copied();
        let is_unused = row.take::<i64>(1) + by.unwrap_or(0) == 0;
        let is_named = used.named.contains(Flags::keyword(number));
        let used_sequence = if by.is_some() { sequence } else { row.take(2) };
        (is_unused && !is_named).then_some((used_sequence, number))
    });
    let (_, number) = unused.min().ok_or(MailError::Limit("keywords of a mailbox"))?;
    mail.keywords.counts.remove(&number);
    Ok(number)
}
