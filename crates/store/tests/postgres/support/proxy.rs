//! A TCP proxy before the server that can cut connections at a COMMIT, or all of them.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// What the proxy does with the next COMMIT of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnCommit {
    Pass,
    /// The server never sees it.
    CutBefore,
    /// The server commits; the client never hears of it.
    CutAfter,
}

/// The proxy; dropping it cuts everything.
pub struct Proxy {
    address: SocketAddr,
    user: String,
    database: String,
    shared: Arc<Shared>,
}

struct Shared {
    server: Server,
    on_commit: Mutex<OnCommit>,
    away: AtomicBool,
    stopping: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

enum Server {
    Unix(PathBuf),
    Tcp(String),
}

trait Stream: Read + Write + Send {
    fn twin(&self) -> Box<dyn Stream>;
    fn end(&self);
}
impl Stream for TcpStream {
    fn twin(&self) -> Box<dyn Stream> {
        Box::new(self.try_clone().unwrap())
    }
    fn end(&self) {
        drop(self.shutdown(Shutdown::Both));
    }
}
impl Stream for UnixStream {
    fn twin(&self) -> Box<dyn Stream> {
        Box::new(self.try_clone().unwrap())
    }
    fn end(&self) {
        drop(self.shutdown(Shutdown::Both));
    }
}

impl Proxy {
    /// A proxy before the server of `url`.
    pub fn start(url: &str) -> Self {
        let config: Config = url.parse().unwrap();
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let server = match &config.get_hosts()[0] {
            Host::Unix(folder) => Server::Unix(folder.join(format!(".s.PGSQL.{port}"))),
            Host::Tcp(name) => Server::Tcp(format!("{name}:{port}")),
        };
        let shared = Arc::new(Shared {
            server,
            on_commit: Mutex::new(OnCommit::Pass),
            away: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || accept(&listener, &accepting));
        let (user, database) =
            (config.get_user().unwrap().to_owned(), config.get_dbname().unwrap().to_owned());
        Self { address, user, database, shared }
    }

    pub fn url(&self) -> String {
        format!("postgres://{}@{}/{}", self.user, self.address, self.database)
    }

    /// Arms the proxy for one COMMIT.
    pub fn on_commit(&self, action: OnCommit) {
        *self.shared.on_commit.lock().unwrap() = action;
    }

    /// Whether what [`Proxy::on_commit`] armed has happened.
    pub fn has_cut(&self) -> bool {
        *self.shared.on_commit.lock().unwrap() == OnCommit::Pass
    }

    /// Cuts all connections and refuses new ones until [`Proxy::back`].
    pub fn away(&self) {
        self.shared.away.store(true, Ordering::SeqCst);
        self.shared.cut();
    }

    pub fn back(&self) {
        self.shared.away.store(false, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.cut();
        // Wakes the accepting thread.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn cut(&self) {
        self.open.lock().unwrap().drain(..).for_each(|stream| stream.end());
    }

    fn connect(&self) -> io::Result<Box<dyn Stream>> {
        Ok(match &self.server {
            Server::Unix(path) => Box::new(UnixStream::connect(path)?),
            Server::Tcp(address) => Box::new(TcpStream::connect(address)?),
        })
    }

    /// Takes the armed action, once.
    fn take_action(&self) -> OnCommit {
        std::mem::replace(&mut *self.on_commit.lock().unwrap(), OnCommit::Pass)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for client in listener.incoming().map_while(Result::ok) {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        if shared.away.load(Ordering::SeqCst) {
            continue;
        }
        let Ok(server) = shared.connect() else { continue };
        client.set_nodelay(true).unwrap();
        shared.open.lock().unwrap().push(client.try_clone().unwrap());
        if shared.away.load(Ordering::SeqCst) {
            shared.cut();
        }
        let swallow = Arc::new(AtomicBool::new(false));
        let back = (server.twin(), client.twin(), Arc::clone(&swallow));
        std::thread::spawn(move || to_client(back.0, back.1, &back.2));
        let shared = Arc::clone(shared);
        std::thread::spawn(move || to_server(Box::new(client), server, &shared, &swallow));
    }
}

/// Forwards the client's messages, and looks for COMMIT.
fn to_server(
    mut client: Box<dyn Stream>,
    mut server: Box<dyn Stream>,
    shared: &Shared,
    swallow: &AtomicBool,
) {
    let mut first = true;
    while let Ok(message) = read_message(client.as_mut(), first) {
        first = false;
        if message.first() == Some(&b'Q') && message[5..] == *b"COMMIT\0" {
            match shared.take_action() {
                OnCommit::Pass => {}
                OnCommit::CutBefore => break,
                OnCommit::CutAfter => swallow.store(true, Ordering::SeqCst),
            }
        }
        if server.write_all(&message).is_err() {
            break;
        }
    }
    client.end();
    if !swallow.load(Ordering::SeqCst) {
        server.end();
    }
}

/// Forwards the server's messages; those after a COMMIT that is to be lost are thrown away until it is done.
fn to_client(mut server: Box<dyn Stream>, mut client: Box<dyn Stream>, swallow: &AtomicBool) {
    while let Ok(message) = read_message(server.as_mut(), false) {
        if swallow.load(Ordering::SeqCst) {
            if message[0] == b'C' && message[5..] == *b"COMMIT\0" {
                break;
            }
            continue;
        }
        if client.write_all(&message).is_err() {
            break;
        }
    }
    client.end();
    server.end();
}

/// One message: a type byte (not in the first of a client), the length with itself, the rest.
fn read_message(stream: &mut dyn Stream, first: bool) -> io::Result<Vec<u8>> {
    let mut message = vec![0; if first { 4 } else { 5 }];
    stream.read_exact(&mut message)?;
    let length: [u8; 4] = message[message.len() - 4..].try_into().unwrap();
    let start = message.len();
    message.resize(start + u32::from_be_bytes(length) as usize - 4, 0);
    stream.read_exact(&mut message[start..])?;
    Ok(message)
}
