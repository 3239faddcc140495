//! One command per file, and the table of them.

mod acl;
pub(crate) mod append;
mod bearer;
mod copy;
mod create;
mod delete;
mod enable;
mod expunge;
mod fetch;
mod list;
mod log_in;
mod metadata;
mod notify;
mod quota;
mod rename;
pub(crate) mod replace;
mod search;
mod select;
mod sort;
mod status;
mod store;
mod subscribe;
mod thread;

use std::borrow::Cow;
use std::io;

use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{Command, Numbers, Rights, RightsChange, Tag};

pub(crate) use log_in::{SaslState, go_on as go_on_with_sasl};
pub(crate) use notify::notice;

use copy::Transfer;

use crate::failure::Failure;
use crate::out::Out;
use crate::respond;
use crate::selected::Expunges;
use crate::session::Session;

/// A command that was carried out.
pub(crate) struct Done {
    code: Option<Code>,
    text: Cow<'static, str>,
}

impl Done {
    pub(crate) fn plain(text: &'static str) -> Self {
        Self { code: None, text: Cow::Borrowed(text) }
    }

    pub(crate) fn with(code: Code, text: &'static str) -> Self {
        Self { code: Some(code), text: Cow::Borrowed(text) }
    }
}

/// What follows a command.
pub(crate) enum After {
    /// The next one.
    Command,
    /// The answer to a challenge.
    Sasl(SaslState),
    /// IDLE until DONE.
    Idle,
    /// TLS.
    StartTls,
    /// Compressed commands.
    Deflate,
    /// Nothing.
    Over,
}

/// Carries out `command`, writes its answer, and says what follows.
pub(crate) async fn run(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    command: Command,
) -> io::Result<After> {
    let expunges = expunges_at_the_end(&command);
    let command = match special(session, out, tag, command).await? {
        Ok(after) => return Ok(after),
        Err(command) => command,
    };
    match session.is_turned_out().await {
        Ok(false) => {}
        Ok(true) => {
            respond::bye(&mut out.bytes, "The mailbox is no longer open to you");
            return Ok(After::Over);
        }
        Err(failure) => {
            conclude(out, tag, Err(failure))?;
            return Ok(After::Command);
        }
    }
    let mut answer = ordinary(session, out, tag, *command).await;
    if answer.is_ok()
        && let Err(failure) = session.catch_up(out, expunges).await
    {
        answer = Err(failure);
    }
    let after = if let Err(Failure::Over(_)) = answer { After::Over } else { After::Command };
    conclude(out, tag, answer)?;
    Ok(after)
}

/// Message numbers stay what they are while commands that use them may be under way (RFC 9051 §7.5.1).
fn expunges_at_the_end(command: &Command) -> Expunges {
    let numbers = match command {
        Command::Fetch(fetch) => fetch.numbers,
        Command::Store(store) => store.numbers,
        Command::Search(search) => search.numbers,
        Command::Sort(sort) => sort.numbers,
        Command::Thread(thread) => thread.numbers,
        _ => Numbers::Uid,
    };
    if numbers == Numbers::Sequence { Expunges::Held } else { Expunges::Told }
}

/// Writes the tagged answer, or BYE.
pub(crate) fn conclude(out: &mut Out<'_>, tag: &Tag, answer: Result<Done, Failure>) -> io::Result<()> {
    match answer {
        Ok(done) => respond::ok(&mut out.bytes, tag, done.code.as_ref(), &done.text),
        Err(Failure::No(code, text)) => respond::no(&mut out.bytes, tag, code.as_ref(), &text),
        Err(Failure::Bad(text)) => respond::bad(&mut out.bytes, Some(tag), text),
        Err(Failure::Over(why)) => respond::bye(&mut out.bytes, why),
        Err(Failure::Io(error)) => return Err(error),
    }
    Ok(())
}

/// Commands after which something else than a command may follow; others are given back.
async fn special(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    command: Command,
) -> io::Result<Result<After, Box<Command>>> {
    Ok(Ok(match command {
        Command::Logout => {
            respond::bye(&mut out.bytes, "Good bye");
            conclude(out, tag, Ok(Done::plain("LOGOUT is done")))?;
            After::Over
        }
        Command::StartTls if session.peer.may_start_tls && session.user.is_none() => {
            conclude(out, tag, Ok(Done::plain("Begin TLS now")))?;
            After::StartTls
        }
        Command::CompressDeflate if session.user.is_some() && !session.compressed => {
            session.compressed = true;
            conclude(out, tag, Ok(Done::plain("Compressed from here")))?;
            After::Deflate
        }
        Command::Idle if session.user.is_some() => After::Idle,
        Command::Login(login) => log_in::log_in(session, out, tag, login).await?,
        Command::Authenticate(authenticate) => log_in::authenticate(session, out, tag, authenticate).await?,
        other => return Ok(Err(Box::new(other))),
    }))
}

async fn ordinary(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    command: Command,
) -> Result<Done, Failure> {
    match command {
        Command::Capability => {
            respond::capability(&mut out.bytes, session);
            Ok(Done::plain("CAPABILITY is done"))
        }
        Command::Noop | Command::Check => Ok(Done::plain("Nothing more is new")),
        Command::Id(fields) => {
            session.name_client(&fields);
            respond::id(&mut out.bytes);
            Ok(Done::plain("ID is done"))
        }
        Command::Enable(items) => enable::enable(session, out, &items),
        Command::Select(select) => select::select(session, out, &select, false).await,
        Command::Examine(select) => select::select(session, out, &select, true).await,
        Command::Create { mailbox, uses } => create::create(session, out, &mailbox, &uses).await,
        Command::Delete(mailbox) => delete::delete(session, out, &mailbox).await,
        Command::Rename { from, to } => rename::rename(session, out, &from, &to).await,
        Command::Subscribe(mailbox) => subscribe::subscribe(session, &mailbox, true).await,
        Command::Unsubscribe(mailbox) => subscribe::subscribe(session, &mailbox, false).await,
        Command::List(list) => list::list(session, out, &list).await,
        Command::Lsub(lsub) => list::lsub(session, out, &lsub).await,
        Command::Namespace => {
            session.user()?;
            respond::namespace(&mut out.bytes);
            Ok(Done::plain("NAMESPACE is done"))
        }
        Command::Status { mailbox, items } => status::status(session, out, &mailbox, &items).await,
        Command::Append(append) => append::append(session, append).await,
        Command::Close => expunge::close(session).await,
        Command::Unselect => {
            session.selected()?;
            session.selected = None;
            Ok(Done::plain("UNSELECT is done"))
        }
        Command::Expunge => expunge::expunge(session, None).await,
        Command::UidExpunge(set) => expunge::expunge(session, Some(&set)).await,
        Command::Search(search) => search::search(session, out, tag, search).await,
        Command::Fetch(fetch) => fetch::fetch(session, out, fetch).await,
        Command::Store(store) => store::store(session, out, store).await,
        Command::Copy { numbers, set, mailbox } => {
            copy::transfer(session, out, tag, Transfer::Copy, (numbers, &set), &mailbox).await
        }
        Command::Move { numbers, set, mailbox } => {
            copy::transfer(session, out, tag, Transfer::Move, (numbers, &set), &mailbox).await
        }
        Command::StartTls => Err(Failure::Bad("STARTTLS is of no use here")),
        Command::Idle => Err(Failure::Bad("Log in first")),
        Command::Logout | Command::Login(_) | Command::Authenticate(_) => {
            Err(Failure::no(Code::ServerBug, "This should not have happened"))
        }
        command @ (Command::Sort(_)
        | Command::Thread(_)
        | Command::Replace(_)
        | Command::CompressDeflate
        | Command::GetQuotaRoot(_)
        | Command::GetQuota(_)
        | Command::SetQuota { .. }
        | Command::GetMetadata { .. }
        | Command::SetMetadata { .. }
        | Command::Unauthenticate
        | Command::GetAcl(_)
        | Command::SetAcl { .. }
        | Command::DeleteAcl { .. }
        | Command::ListRights { .. }
        | Command::MyRights(_)
        | Command::NotifyNone
        | Command::NotifySet(_)) => extension(session, out, tag, command).await,
    }
}

/// Commands of extensions.
async fn extension(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    command: Command,
) -> Result<Done, Failure> {
    session.user()?;
    match command {
        Command::Sort(sort) => sort::sort(session, out, tag, sort).await,
        Command::Thread(thread) => thread::thread(session, out, tag, thread).await,
        Command::Replace(replace) => replace::replace(session, out, replace).await,
        Command::CompressDeflate => Err(Failure::no(Code::CompressionActive, "It is compressed already")),
        Command::GetQuotaRoot(mailbox) => quota::get_quota_root(session, out, &mailbox).await,
        Command::GetQuota(root) => quota::get_quota(session, out, &root).await,
        Command::SetQuota { .. } => Err(Failure::no(Code::NoPerm, "An administrator sets quotas")),
        Command::GetMetadata { target, options, entries } => {
            metadata::get(session, out, &target, options, &entries).await
        }
        Command::SetMetadata { target, entries } => metadata::set(session, &target, entries).await,
        Command::NotifySet(set) => notify::set(session, out, set).await,
        Command::NotifyNone => Ok(notify::none(session)),
        Command::MyRights(mailbox) => acl::my_rights(session, out, &mailbox).await,
        Command::GetAcl(mailbox) => acl::get(session, out, &mailbox).await,
        Command::ListRights { mailbox, identifier } => acl::list(session, out, &mailbox, &identifier).await,
        Command::SetAcl { mailbox, identifier, rights } => {
            acl::change(session, &mailbox, &identifier, rights).await
        }
        Command::DeleteAcl { mailbox, identifier } => {
            acl::change(session, &mailbox, &identifier, RightsChange::Replace(Rights::default())).await
        }
        _ => Err(Failure::Bad("This extension is not offered")),
    }
}
