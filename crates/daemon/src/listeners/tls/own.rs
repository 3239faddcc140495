//! A CA of our own, and the certificate that it signs while none is configured.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use postroom_types::{Timestamp, hex};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::by_name::Named;
use super::files;
use crate::problem::Problem;
use crate::process::files::{make_private_directory, write_private};

/// Days that the CA is good for.
const CA_DAYS: i64 = 3_650;
/// Days that a certificate is good for; a new one is made at every start, on SIGHUP and once a day. More than 398
/// days some clients refuse.
const CERTIFICATE_DAYS: i64 = 90;

/// What to do when none can be made.
const OWN_CERTIFICATES: &str = "give certificates in files: tls.certificates";

/// A certificate for `hosts`, `addresses` and this machine, signed by the CA in `folder`, which is made when it is not
/// there.
pub(super) fn make(
    folder: &Path,
    hosts: &[&str],
    addresses: &[IpAddr],
    now: Timestamp,
    provider: &Arc<CryptoProvider>,
) -> Result<Named, Problem> {
    let problem =
        |error: rcgen::Error| Problem::told("cannot make a certificate", error).advise(OWN_CERTIFICATES);
    let ca_key = ca_key(folder)?;
    let ca = ca_params(&ca_key, now);
    let ca_file = folder.join("ca.pem");
    if !ca_file.exists() {
        write_private(&ca_file, ca.self_signed(&ca_key).map_err(problem)?.pem().as_bytes())?;
    }
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
    names.extend(hosts.iter().map(|&host| host.to_owned()));
    names.extend(addresses.iter().map(ToString::to_string));
    names.sort_unstable();
    names.dedup();
    let mut params = CertificateParams::new(names).map_err(problem)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Postroom");
    params.use_authority_key_identifier_extension = true;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    valid(&mut params, now, CERTIFICATE_DAYS);
    let key = KeyPair::generate().map_err(problem)?;
    let certificate = params.signed_by(&key, &Issuer::new(ca, ca_key)).map_err(problem)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    files::named(vec![certificate.der().clone()], key, provider).map_err(|cause| {
        Problem::told("cannot use the certificate that was just made", cause).advise(OWN_CERTIFICATES)
    })
}

/// The CA's key; it is written before the certificate, which follows from it.
fn ca_key(folder: &Path) -> Result<KeyPair, Problem> {
    let file = folder.join("ca.key");
    let problem = |cause: &dyn std::fmt::Display| {
        Problem::told(format!("cannot use {}", file.display()), cause).advise(
            "remove ca.key and ca.pem beside it to have a new CA, which clients must then be told to trust",
        )
    };
    match std::fs::read_to_string(&file) {
        Ok(pem) => KeyPair::from_pem(&pem).map_err(|error| problem(&error)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            make_private_directory(folder)?;
            let key = KeyPair::generate().map_err(|error| problem(&error))?;
            write_private(&file, key.serialize_pem().as_bytes())?;
            // What an earlier key has signed is of no use.
            crate::process::files::remove(&folder.join("ca.pem"))?;
            Ok(key)
        }
        Err(error) => Err(problem(&error)),
    }
}

/// The CA's certificate. Its name follows from its key, so that the CAs of two installations can be told apart.
fn ca_params(key: &KeyPair, now: Timestamp) -> CertificateParams {
    let mut params = CertificateParams::default();
    let raw = key.public_key_raw();
    let mark = hex(&raw[raw.len().saturating_sub(4)..]);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("Postroom CA {mark}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    valid(&mut params, now, CA_DAYS);
    params
}

/// Good from yesterday (clocks differ) for so many days.
fn valid(params: &mut CertificateParams, now: Timestamp, days: i64) {
    const DAY_SECONDS: i64 = 24 * 60 * 60;
    let date = |day: i64| {
        let seconds = (now.seconds() / DAY_SECONDS + day) * DAY_SECONDS;
        let date = jiff::Timestamp::from_second(seconds)
            .unwrap_or_default()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        let part = |part: i8| part.unsigned_abs();
        rcgen::date_time_ymd(i32::from(date.year()), part(date.month()), part(date.day()))
    };
    params.not_before = date(-1);
    params.not_after = date(days);
}
