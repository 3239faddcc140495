//! Keywords: names that clients give to items; each mailbox numbers its own.

use postroom_store::{Read, parameters};
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

/// The flags of the keywords `names`, which are created when the mailbox has them not: `Limit`.
pub fn flags_of(mail: &mut MailTx<'_, '_>, names: &[String]) -> Result<Flags, MailError> {
    if names.is_empty() {
        return Ok(Flags::NONE);
    }
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let mut known = Keywords::of(mail, organization, mailbox)?;
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

fn create(mail: &mut MailTx<'_, '_>, known: &mut Keywords, name: &str) -> Result<Flags, MailError> {
    let number = known.names.last().map_or(0, |(number, _)| number + 1);
    if number >= limits::KEYWORDS_MAX {
        return Err(MailError::Limit("keywords of a mailbox"));
    }
    if name.len() > limits::KEYWORD_BYTES_MAX {
        return Err(MailError::Limit("bytes of a keyword"));
    }
    mail.execute(
        &sql::INSERT_KEYWORD,
        parameters![mail.organization.0, mail.mailbox.0, i64::from(number), name, &fold(name)],
    )?;
    known.names.push((number, name.to_owned()));
    Ok(Flags::keyword(number))
}
