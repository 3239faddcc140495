//! The life of a connection: bytes in, commands carried out one after the other, bytes out.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use postroom_imap_proto::{Announced, Command, Decoder, Encoding, Fault, Stage, Step, Tag};
use postroom_mailbox::UidSet;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadHalf, WriteHalf};
use tokio::time::Instant;

use crate::admission::{Literals, decoder_limits, is_counted};
use crate::deflate::Inflater;
use crate::doors::lost;
use crate::failure::Failure;
use crate::ops::{self, After, SaslState};
use crate::out::Out;
use crate::selected::{Expunges, Selected};
use crate::session::Session;
use crate::{Imap, Peer, StrangersPlace, limits, respond};

/// What a client is told when the process ends.
const STOPPING: &str = "The server is stopping";

/// How a connection ends here.
pub enum Ended<S> {
    /// It is over.
    Closed,
    /// The client asked for TLS and was told to begin; what it sent before that is forgotten.
    StartTls(S, StrangersPlace),
}

/// Serves one connection, from the greeting to BYE. `stopping` ends when the process is to stop.
///
/// `place` is given back when somebody has logged in. After STARTTLS it comes back with the stream: the caller calls it
/// again on the encrypted stream with `greet` false.
pub async fn serve<S>(
    imap: &Arc<Imap>,
    stream: S,
    peer: Peer,
    place: StrangersPlace,
    greet: bool,
    stopping: impl Future<Output = ()> + Send,
) -> io::Result<Ended<S>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let (reader, mut writer) = tokio::io::split(stream);
    let mut connection = Connection {
        reader,
        decoder: Decoder::new(decoder_limits()),
        session: Session::new(Arc::clone(imap), peer, place),
        waiting: Waiting::Command,
        refused: 0,
        log_in_until: Instant::now() + imap.log_in_time_max,
        literals: Literals::default(),
        packs_at_once: false,
        inflater: None,
    };
    let mut stopping = std::pin::pin!(stopping);
    let starts_tls = connection.run(&mut writer, greet, stopping.as_mut()).await?;
    let place = connection.session.stranger.take();
    Ok(match place.filter(|_| starts_tls) {
        Some(place) => Ended::StartTls(connection.unsplit(writer), place),
        None => Ended::Closed,
    })
}

/// What the next bytes are.
enum Waiting {
    Command,
    /// The answer to a challenge of AUTHENTICATE.
    Sasl(Tag, SaslState),
    /// DONE.
    Done(Tag),
}

struct Connection<S> {
    reader: ReadHalf<S>,
    decoder: Decoder,
    session: Session,
    waiting: Waiting,
    refused: u32,
    /// Whoever sends a byte now and then and never logs in holds a place no longer than this.
    log_in_until: Instant,
    literals: Literals,
    /// IDLE has begun: what is known of the selected folder is packed at once, and not after a while.
    packs_at_once: bool,
    /// COMPRESS (RFC 4978).
    inflater: Option<Box<Inflater>>,
}

/// What a round of the connection comes to.
enum Round {
    On,
    StartTls,
    Deflate,
    Over,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Connection<S> {
    async fn run(
        &mut self,
        writer: &mut WriteHalf<S>,
        greet: bool,
        mut stopping: std::pin::Pin<&mut (impl Future<Output = ()> + Send)>,
    ) -> io::Result<bool> {
        let mut out = Out::new(writer);
        if greet {
            respond::greeting(&mut out.bytes, &self.session);
        }
        loop {
            let round = match self.decoder.step() {
                Step::NeedInput => {
                    out.flush().await?;
                    self.wait(&mut out, stopping.as_mut()).await?
                }
                Step::Announced(literal) => {
                    Box::pin(self.announced(&mut out, literal, stopping.as_mut())).await?
                }
                Step::Command(tagged) => {
                    self.refused = 0;
                    self.literals.have_come();
                    // Boxed: what a command needs is there while it runs, not while a session waits for one.
                    let round = self.command(&mut out, tagged.tag, tagged.command, stopping.as_mut());
                    let round = Box::pin(round).await?;
                    self.literals.end();
                    round
                }
                Step::Line(line) => Box::pin(self.line(&mut out, line)).await?,
                Step::Skipped(tag) => self.skipped(&mut out, &tag)?,
                Step::Refused { tag, fault, fatal } => self.refuse(&mut out, tag.as_ref(), &fault, fatal),
            };
            match round {
                Round::On => out.relieve().await?,
                Round::Deflate => {
                    out.flush().await?;
                    out.deflate();
                    let mut inflater = Box::new(Inflater::new());
                    inflater.receive(&self.decoder.take_input());
                    self.inflater = Some(inflater);
                }
                Round::StartTls => {
                    out.flush().await?;
                    self.decoder.forget_input();
                    return Ok(true);
                }
                Round::Over => {
                    out.flush().await?;
                    return Ok(false);
                }
            }
        }
    }

    fn unsplit(self, writer: WriteHalf<S>) -> S {
        self.reader.unsplit(writer)
    }

    /// Waits for input, or for something to tell.
    async fn wait(
        &mut self,
        out: &mut Out<'_>,
        stopping: std::pin::Pin<&mut (impl Future<Output = ()> + Send)>,
    ) -> io::Result<Round> {
        if let Some(inflater) = &mut self.inflater {
            match inflater.inflate() {
                Ok(plain) if plain.is_empty() => {}
                Ok(plain) => {
                    self.decoder.receive(&plain);
                    return Ok(Round::On);
                }
                Err(_) => {
                    respond::bye(&mut out.bytes, "This is not compressed");
                    return Ok(Round::Over);
                }
            }
        }
        let is_idle = matches!(self.waiting, Waiting::Done(_));
        let mut bytes = Vec::with_capacity(self.read_bytes());
        let event = self.event_or_packed(&mut bytes, is_idle, stopping).await?;
        match event {
            Event::Bytes(0) => Ok(Round::Over),
            Event::Bytes(_) => {
                match &mut self.inflater {
                    Some(inflater) => inflater.receive(&bytes),
                    None => self.decoder.receive(&bytes),
                }
                Ok(Round::On)
            }
            Event::Noticed => match ops::notice(&mut self.session, out, is_idle).await {
                Ok(()) => Ok(Round::On),
                Err(Failure::Io(error)) => Err(error),
                Err(Failure::Over(why)) => {
                    respond::bye(&mut out.bytes, why);
                    Ok(Round::Over)
                }
                Err(_) => {
                    respond::bye(&mut out.bytes, "The mailbox cannot be read any more");
                    Ok(Round::Over)
                }
            },
            Event::Over(why) => {
                respond::bye(&mut out.bytes, why);
                Ok(Round::Over)
            }
        }
    }

    /// As [`Self::event`]. What the session knows of its folder is packed when that takes long.
    async fn event_or_packed(
        &mut self,
        bytes: &mut Vec<u8>,
        is_idle: bool,
        mut stopping: std::pin::Pin<&mut (impl Future<Output = ()> + Send)>,
    ) -> io::Result<Event> {
        if self.session.selected.is_none() || self.decoder.is_amid_command() {
            return self.event(bytes, is_idle, stopping).await;
        }
        let after = if std::mem::take(&mut self.packs_at_once) { Duration::ZERO } else { limits::PACK_AFTER };
        let soon = tokio::time::timeout(after, self.event(bytes, is_idle, stopping.as_mut()));
        if let Ok(event) = soon.await {
            return event;
        }
        let packed = self.session.selected.as_mut().and_then(Selected::pack);
        let event = self.event(bytes, is_idle, stopping).await;
        if let (Some(selected), Some(packed)) = (&mut self.session.selected, &packed) {
            selected.unpack(packed);
        }
        event
    }

    /// Waits for what comes next; what is read goes behind `bytes`, as much as there is room.
    async fn event(
        &mut self,
        bytes: &mut Vec<u8>,
        is_idle: bool,
        stopping: std::pin::Pin<&mut (impl Future<Output = ()> + Send)>,
    ) -> io::Result<Event> {
        let (silence, too_long) = self.silence_max();
        // What is noticed and what ends both look at the session: one future asks both.
        let told = self.session.noticed_or_ended(is_idle);
        tokio::select! {
            count = self.reader.read_buf(bytes) => Ok(Event::Bytes(count?)),
            over = told => Ok(if over { Event::Over("You are no longer allowed to be here") } else { Event::Noticed }),
            () = stopping => Ok(Event::Over(STOPPING)),
            () = tokio::time::sleep(silence) => Ok(Event::Over(too_long)),
        }
    }

    /// How long the client may be silent now, and what it is told then.
    fn silence_max(&self) -> (Duration, &'static str) {
        let silent = "You were silent for too long";
        if self.session.user.is_none() {
            return (self.log_in_until.saturating_duration_since(Instant::now()), silent);
        }
        if !self.decoder.is_amid_command() {
            return (limits::SILENCE_MAX, silent);
        }
        let stall = self.session.imap.stall_time_max;
        match self.literals.time_left().filter(|left| *left < stall) {
            Some(left) => (left, "This comes too slowly"),
            None => (stall, silent),
        }
    }

    /// A literal is about to come: decides whether it may.
    async fn announced(
        &mut self,
        out: &mut Out<'_>,
        literal: Announced,
        stopping: std::pin::Pin<&mut (impl Future<Output = ()> + Send)>,
    ) -> io::Result<Round> {
        if is_counted(&literal) {
            // It may have to wait: whoever does has the answers to what it sent before.
            out.flush().await?;
        }
        let mut right = self.session.lend_right();
        let decided = tokio::select! {
            biased;
            admitted = self.literals.admit(&mut self.session, &literal) => Ok(admitted),
            () = stopping => Err(STOPPING),
            why = lost(right.as_mut()) => Err(why),
        };
        if let Some(right) = right {
            self.session.take_back(right);
        }
        match decided {
            Ok(Ok(())) => {
                self.decoder.accept();
                if literal.synchronizing {
                    respond::go_on(&mut out.bytes);
                }
            }
            Ok(Err(Failure::Io(error))) => return Err(error),
            Ok(Err(failure)) => {
                self.literals.give_up(failure);
                self.decoder.skip();
            }
            Err(why) => {
                respond::bye(&mut out.bytes, why);
                return Ok(Round::Over);
            }
        }
        Ok(Round::On)
    }

    /// The end of a command that was given up has come.
    fn skipped(&mut self, out: &mut Out<'_>, tag: &Tag) -> io::Result<Round> {
        let Some(failure) = self.literals.end() else { return Ok(Round::On) };
        let is_over = matches!(failure, Failure::Over(_));
        ops::conclude(out, tag, Err(failure))?;
        Ok(if is_over { Round::Over } else { Round::On })
    }

    /// Much while a message comes in, little while nothing is expected.
    fn read_bytes(&self) -> usize {
        if self.decoder.buffered_bytes() > limits::READ_IDLE_BYTES {
            limits::READ_BYTES
        } else {
            limits::READ_IDLE_BYTES
        }
    }

    /// What follows a command.
    fn after(&mut self, out: &mut Out<'_>, tag: Tag, after: After) -> Round {
        match after {
            After::Command => {
                if self.session.user.is_some() {
                    self.decoder.set_stage(Stage::Authenticated);
                }
                let utf8 = self.session.enabled.utf8 || self.session.enabled.rev2;
                self.decoder.set_encoding(if utf8 { Encoding::Utf8 } else { Encoding::SevenBit });
                Round::On
            }
            After::Sasl(state) => {
                self.waiting = Waiting::Sasl(tag, state);
                self.decoder.expect_line();
                Round::On
            }
            After::Idle => {
                respond::idling(&mut out.bytes);
                self.waiting = Waiting::Done(tag);
                self.packs_at_once = true;
                self.decoder.expect_line();
                Round::On
            }
            After::StartTls => Round::StartTls,
            After::Deflate => Round::Deflate,
            After::Over => Round::Over,
        }
    }

    /// Carries out a command for as long as the client has the right to be here.
    async fn command(
        &mut self,
        out: &mut Out<'_>,
        tag: Tag,
        command: Command,
        stopping: std::pin::Pin<&mut (impl Future<Output = ()> + Send)>,
    ) -> io::Result<Round> {
        // The process waits for what changes something. A search may take, or wait, longer than that.
        let may_be_left = matches!(command, Command::Search(_) | Command::Sort(_) | Command::Thread(_));
        if may_be_left && !out.bytes.is_empty() {
            // Who has gone is noticed, and who waits has the answers to what it sent before.
            out.flush().await?;
        }
        let Some(mut right) = self.session.lend_right() else {
            let after = ops::run(&mut self.session, out, &tag, command).await?;
            return Ok(self.after(out, tag, after));
        };
        let carried_out = tokio::select! {
            biased;
            after = ops::run(&mut self.session, out, &tag, command) => Ok(after?),
            why = right.lost() => Err(why),
            () = stopping, if may_be_left => Err(STOPPING),
        };
        match carried_out {
            Ok(after) => {
                self.session.take_back(right);
                Ok(self.after(out, tag, after))
            }
            Err(why) => {
                // Who takes nothing of what is sent is not waited for.
                if out.give_up() {
                    respond::bye(&mut out.bytes, why);
                    drop(tokio::time::timeout(limits::BYE_TIME_MAX, out.flush()).await);
                }
                Err(io::Error::new(io::ErrorKind::ConnectionAborted, why))
            }
        }
    }

    /// A line that is no command.
    async fn line(&mut self, out: &mut Out<'_>, line: postroom_imap_proto::Secret) -> io::Result<Round> {
        match std::mem::replace(&mut self.waiting, Waiting::Command) {
            Waiting::Command => Ok(Round::On),
            Waiting::Done(tag) => {
                if !line.expose().eq_ignore_ascii_case(b"DONE") {
                    respond::bad(&mut out.bytes, Some(&tag), "Expected DONE");
                    return Ok(Round::On);
                }
                let told = self.session.catch_up(out, Expunges::Told).await;
                let round = if let Err(Failure::Over(_)) = told { Round::Over } else { Round::On };
                ops::conclude(out, &tag, told.map(|()| ops::Done::plain("IDLE is over")))?;
                Ok(round)
            }
            Waiting::Sasl(tag, state) => {
                let after = ops::go_on_with_sasl(&mut self.session, out, &tag, state, &line).await?;
                Ok(self.after(out, tag, after))
            }
        }
    }

    fn refuse(&mut self, out: &mut Out<'_>, tag: Option<&Tag>, fault: &Fault, fatal: bool) -> Round {
        let waiting = std::mem::replace(&mut self.waiting, Waiting::Command);
        let tag = match &waiting {
            Waiting::Command => tag,
            // A line that was no command has no tag; the command that it was for ends here.
            Waiting::Sasl(begun, _) | Waiting::Done(begun) => Some(begun),
        };
        self.literals.end();
        self.refused += 1;
        if let (Fault::UnknownCharset, Some(selected)) = (fault, &mut self.session.selected) {
            // It may have been a search that was to be saved (RFC 5182 §2.1).
            selected.saved = UidSet::default();
        }
        respond::refused(&mut out.bytes, tag, fault);
        if fatal || self.refused > limits::COMMANDS_REFUSED_MAX {
            respond::bye(&mut out.bytes, "This is no IMAP");
            return Round::Over;
        }
        Round::On
    }
}

/// What ended a wait.
enum Event {
    Bytes(usize),
    Noticed,
    Over(&'static str),
}
