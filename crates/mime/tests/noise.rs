//! Bytes at random where a message has text, in every charset and in every field that is read.

mod common;

use common::{Chance, checks::check};

/// One of each family of decoders, and names that are none.
const CHARSETS: &[&str] = &[
    "utf-8",
    "utf-7",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "iso-2022-jp",
    "iso-2022-kr",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "gbk",
    "gb18030",
    "big5",
    "hz-gb-2312",
    "windows-1252",
    "windows-1255",
    "ibm850",
    "koi8-r",
    "macintosh",
    "tis-620",
    "x-user-defined",
    "replacement",
    "none",
    "",
    "\"",
];

/// Up to 80 bytes: any, or those that decoders and parsers look for.
fn noise(chance: &mut Chance) -> Vec<u8> {
    let alphabet: &[u8] = match chance.below(4) {
        0 => b"\x1b$()BJIA~{}+-/=ab01\x0e\x0f\x80\xa1\xff\xfe\0",
        1 => b"<>@,;:.\"\\()[] \tab=?Qq*'%_\xc3",
        2 => b"0123456789 :+-,()JanFebMonGMTZ\t",
        _ => &[],
    };
    let length = chance.below(80);
    let byte = |chance: &mut Chance| match alphabet {
        [] => chance.next() as u8,
        some => some[chance.below(some.len())],
    };
    (0..length).map(|_| byte(chance)).collect()
}

#[test]
fn text_in_every_charset() {
    for seed in 0..6_000 {
        let mut chance = Chance::new(seed + 1);
        let charset = CHARSETS[chance.below(CHARSETS.len())];
        let subtype = ["plain", "html"][chance.below(2)];
        let encoding = ["8bit", "base64", "quoted-printable"][chance.below(3)];
        let mut message = format!(
            "Subject: =?{charset}?q?a?=\r\nContent-Type: text/{subtype}; charset={charset}\r\n\
             Content-Transfer-Encoding: {encoding}\r\n\r\n"
        )
        .into_bytes();
        message.extend(noise(&mut chance));
        check(&message);
    }
}

#[test]
fn every_field_that_is_read() {
    let fields = [
        "Date",
        "Subject",
        "From",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Bcc",
        "In-Reply-To",
        "Message-ID",
        "References",
        "Content-Type",
        "Content-Type: text/plain;",
        "Content-Type: multipart/mixed; boundary=",
        "Content-Disposition",
        "Content-Disposition: attachment; filename*0*=",
        "Content-Transfer-Encoding",
        "Content-ID",
        "Content-Description",
        "Content-MD5",
        "Content-Language",
        "Content-Location",
    ];
    for seed in 0..6_000 {
        let mut chance = Chance::new(seed + 1);
        let mut message = Vec::new();
        for _ in 0..=chance.below(5) {
            message.extend_from_slice(fields[chance.below(fields.len())].as_bytes());
            message.extend_from_slice(b": ");
            message.extend(noise(&mut chance));
            message.extend_from_slice(if chance.below(2) == 0 { b"\r\n" } else { b"\n" });
        }
        message.extend_from_slice(b"\r\n");
        message.extend(noise(&mut chance));
        check(&message);
    }
}
