//! A small DNS server on a free port of the loopback interface, for tests.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use hickory_resolver::proto::op::{Message, MessageType, ResponseCode};
use hickory_resolver::proto::rr::rdata::{CNAME, MX, TXT};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use tokio::net::UdpSocket;

/// Records by name (lower case, no final point) and type.
type Zone = HashMap<(String, RecordType), Vec<RData>>;

/// The server. It answers until the runtime that started it ends.
pub struct DnsServer {
    pub address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
    code: Arc<Mutex<ResponseCode>>,
}

impl DnsServer {
    /// Starts it with an empty zone.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let (zone, code) = (Arc::<Mutex<Zone>>::default(), Arc::new(Mutex::new(ResponseCode::NoError)));
        let (answers, failing) = (Arc::clone(&zone), Arc::clone(&code));
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok((size, peer)) = socket.recv_from(&mut buffer).await {
                let Ok(question) = Message::from_vec(&buffer[..size]) else { continue };
                let answer = answer(question, &answers.lock().unwrap(), *failing.lock().unwrap());
                socket.send_to(&answer.to_vec().unwrap(), peer).await.unwrap();
            }
        });
        Self { address, zone, code }
    }

    fn put(&self, name: &str, kind: RecordType, record: RData) {
        let key = (name.to_ascii_lowercase(), kind);
        self.zone.lock().unwrap().entry(key).or_default().push(record);
    }

    /// Publishes a text, cut into strings of at most 255 bytes.
    pub fn txt(&self, name: &str, text: &str) {
        let strings = text.as_bytes().chunks(255).map(|part| String::from_utf8(part.to_vec()).unwrap());
        self.put(name, RecordType::TXT, RData::TXT(TXT::new(strings.collect())));
    }

    /// Publishes a mail exchanger.
    pub fn mx(&self, name: &str, preference: u16, host: &str) {
        let host = Name::from_ascii(format!("{host}.")).unwrap();
        self.put(name, RecordType::MX, RData::MX(MX::new(preference, host)));
    }

    /// Publishes an alias.
    pub fn cname(&self, name: &str, target: &str) {
        let target = Name::from_ascii(format!("{target}.")).unwrap();
        self.put(name, RecordType::CNAME, RData::CNAME(CNAME(target)));
    }

    /// Publishes a text instead of those of this name.
    pub fn replace_txt(&self, name: &str, text: &str) {
        self.zone.lock().unwrap().remove(&(name.to_ascii_lowercase(), RecordType::TXT));
        self.txt(name, text);
    }

    /// Removes everything.
    pub fn clear(&self) {
        self.zone.lock().unwrap().clear();
    }

    /// Answers every question with this code from now on.
    pub fn answer_with(&self, code: ResponseCode) {
        *self.code.lock().unwrap() = code;
    }
}

fn answer(question: Message, zone: &Zone, code: ResponseCode) -> Message {
    let mut answer = question.clone();
    answer.metadata.message_type = MessageType::Response;
    answer.metadata.recursion_available = true;
    answer.metadata.response_code = code;
    answer.additionals.clear();
    let Some(query) = question.queries.first() else { return answer };
    if code != ResponseCode::NoError {
        return answer;
    }
    let mut name = query.name().clone();
    // A CNAME is followed within the zone, as a recursive server does.
    for _ in 0..4 {
        let text = name.to_ascii().trim_end_matches('.').to_ascii_lowercase();
        let found = zone.get(&(text.clone(), query.query_type()));
        for record in found.into_iter().flatten() {
            answer.answers.push(Record::from_rdata(name.clone(), 60, record.clone()));
        }
        let alias = zone.get(&(text.clone(), RecordType::CNAME)).and_then(|records| records.first());
        match (found, alias) {
            (None, Some(RData::CNAME(target))) => {
                answer.answers.push(Record::from_rdata(name, 60, RData::CNAME(target.clone())));
                name = target.0.clone();
            }
            _ => break,
        }
    }
    if answer.answers.is_empty() {
        answer.metadata.response_code = ResponseCode::NXDomain;
    }
    answer
}
