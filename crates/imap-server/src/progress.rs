//! INPROGRESS (RFC 9585): a command that takes long says so, so that nobody in between takes its connection for dead.

use std::io;
use std::pin::pin;
use std::time::Duration;

use postroom_imap_proto::Tag;

use crate::out::Out;
use crate::{limits, respond};

/// Waits for `work` of the command `tag`, and tells every now and then that it goes on. The work is brought to its end
/// also when nobody is there any more who could be told.
pub(crate) async fn telling<T>(
    out: &mut Out<'_>,
    tag: &Tag,
    work: impl Future<Output = T> + Send,
) -> io::Result<T> {
    telling_every(limits::PROGRESS_EVERY, out, tag, work).await
}

async fn telling_every<T>(
    every: Duration,
    out: &mut Out<'_>,
    tag: &Tag,
    work: impl Future<Output = T> + Send,
) -> io::Result<T> {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return Ok(done),
            () = tokio::time::sleep(every) => {
                respond::in_progress(&mut out.bytes, tag);
                if let Err(gone) = out.flush().await {
                    drop(work.await);
                    return Err(gone);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use tokio::io::{AsyncReadExt, AsyncWrite};
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn long_work_is_told_of_until_it_is_done() {
        let (mut client, mut server) = tokio::io::duplex(4096);
        let (done, work) = oneshot::channel();
        let told = tokio::spawn(async move {
            let mut told = vec![0; 2 * TOLD.len()];
            client.read_exact(&mut told).await.expect("it is told twice");
            done.send(7).expect("the work waits");
            told
        });
        let mut out = Out::new(&mut server);
        let tag = Tag::new(b"a1").expect("a tag");
        let answer = telling_every(Duration::from_millis(1), &mut out, &tag, work).await;
        assert_eq!(answer.expect("it is written"), Ok(7));
        assert_eq!(String::from_utf8_lossy(&told.await.expect("it was read")), TOLD.repeat(2));
    }

    /// A connection that is gone, and says when somebody writes to it.
    struct Gone(Option<oneshot::Sender<()>>);

    impl AsyncWrite for Gone {
        fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
            self.0.take().expect("nobody writes again").send(()).expect("the work waits");
            Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn work_is_brought_to_its_end_when_nobody_can_be_told() {
        let (told, is_told) = oneshot::channel();
        let (mut server, mut is_done) = (Gone(Some(told)), false);
        let work = async {
            is_told.await.expect("it is tried");
            tokio::task::yield_now().await;
            is_done = true;
        };
        let mut out = Out::new(&mut server);
        let tag = Tag::new(b"a1").expect("a tag");
        let answer = telling_every(Duration::from_millis(1), &mut out, &tag, work).await;
        assert!(answer.is_err() && is_done);
    }

    const TOLD: &str = "* OK [INPROGRESS (\"a1\" NIL NIL)] Still at work\r\n";
}
