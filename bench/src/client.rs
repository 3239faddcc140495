//! A small HTTP/1.1 client that signs; the same for everything that is compared.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use postroom_sigv4::{Body, DateTime, Head, Limits, Scope, SigningKey, sign};
use postroom_store::{Clock as _, SystemClock};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Problem;
use crate::process::{ACCESS_KEY_ID, Process, SECRET, own_cpu};
use crate::report::Run;

/// Of so many answers one is decoded; of the others only the status is looked at, since decoding is the client's work
/// and no server's.
const ANSWERS_A_LOOK: usize = 64;
/// Clients at once.
pub(crate) const CLIENTS: usize = 16;

/// One connection.
pub(crate) struct Client {
    stream: TcpStream,
    host: String,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self, Problem> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, host: address.to_string(), buffer: Vec::with_capacity(4096) })
    }

    /// Calls `operation`; the body of the answer, which must be a success.
    pub(crate) async fn call(&mut self, operation: &str, body: &str) -> Result<Value, Problem> {
        let answer = self.send_well(operation, body).await?;
        if answer.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&answer)?) }
    }

    /// As [`Client::call`]; the answer as it came.
    async fn send_well(&mut self, operation: &str, body: &str) -> Result<Vec<u8>, Problem> {
        let (status, answer) = self.send(operation, body).await?;
        if status != 200 {
            return Err(format!("{operation}: {status} {}", String::from_utf8_lossy(&answer)).into());
        }
        Ok(answer)
    }

    /// Sends one signed request and reads its answer whole.
    async fn send(&mut self, operation: &str, body: &str) -> Result<(u16, Vec<u8>), Problem> {
        let request = signed(&self.host, operation, body)?;
        self.stream.write_all(&request).await?;
        self.buffer.clear();
        let head_end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head = std::str::from_utf8(&self.buffer[..head_end])?.to_ascii_lowercase();
        let status = head.get(9..12).ok_or("short answer")?.parse()?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(Ok(0), |text| text.trim().parse())?;
        while self.buffer.len() < head_end + length {
            self.more().await?;
        }
        Ok((status, self.buffer[head_end..head_end + length].to_vec()))
    }

    async fn more(&mut self) -> Result<(), Problem> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err("the connection was closed".into()),
            _ => Ok(()),
        }
    }
}

fn signed(host: &str, operation: &str, body: &str) -> Result<Vec<u8>, Problem> {
    let date = DateTime::of(SystemClock.now()).to_string();
    let target = format!("WorkMailService.{operation}");
    let headers: Vec<(&str, &[u8])> = vec![
        ("content-type", b"application/x-amz-json-1.1"),
        ("host", host.as_bytes()),
        ("x-amz-date", date.as_bytes()),
        ("x-amz-target", target.as_bytes()),
    ];
    let head = Head { method: "POST", path: "/", query: "", headers: &headers };
    let key = signing_key(date.get(..8).ok_or("short date")?);
    let authorization = sign(&head, Body::Bytes(body.as_bytes()), ACCESS_KEY_ID, &key, &Limits::default())
        .map_err(|refusal| refusal.to_string())?;
    let request = format!(
        "POST / HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/x-amz-json-1.1\r\nx-amz-date: {date}\r\n\
         x-amz-target: {target}\r\nauthorization: {authorization}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    Ok(request.into_bytes())
}

/// The key of the day on which the run began; a run over midnight fails.
fn signing_key(date: &str) -> Arc<SigningKey> {
    static KEY: OnceLock<Arc<SigningKey>> = OnceLock::new();
    let scope = Scope { date, region: "us-east-1", service: "workmail" };
    Arc::clone(KEY.get_or_init(|| Arc::new(SigningKey::derive(SECRET.as_bytes(), &scope))))
}

/// Has [`CLIENTS`] connections call `operation` for `time`, with the body of `(client, number)`.
pub(crate) async fn drive(
    process: &Process,
    operation: &'static str,
    time: Duration,
    body: impl Fn(usize, u64) -> String + Send + Sync + 'static,
) -> Result<Run, Problem> {
    let body = Arc::new(body);
    let (began, cpu_before, own_before) = (Instant::now(), process.cpu()?, own_cpu()?);
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let (body, mut client) = (Arc::clone(&body), Client::connect(process.address).await?);
        clients.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while began.elapsed() < time {
                let request = body(number, times.len() as u64);
                let sent = Instant::now();
                if times.len().is_multiple_of(ANSWERS_A_LOOK) {
                    client.call(operation, &request).await?;
                } else {
                    client.send_well(operation, &request).await?;
                }
                times.push(sent.elapsed());
            }
            Ok::<_, Problem>(times)
        }));
    }
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await??);
    }
    let elapsed = began.elapsed();
    let own = own_cpu()?.saturating_sub(own_before);
    Ok(Run::new(times, elapsed, process.cpu()?.saturating_sub(cpu_before), own))
}
