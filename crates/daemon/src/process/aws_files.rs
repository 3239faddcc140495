//! `aws/config` and `aws/credentials`: what the AWS CLI and every SDK read.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use super::files;
use crate::config::Config;
use crate::listeners::{Kind, Listener, tls};
use crate::problem::Problem;

/// The directory of both.
pub(crate) fn folder(data: &Path) -> PathBuf {
    data.join("aws")
}

/// Writes `aws/config`: the region, and where Postroom listens.
pub(crate) fn write_config(config: &Config, listeners: &[Listener]) -> Result<(), Problem> {
    let region = config.regions.first().map_or("us-east-1", String::as_str);
    let mut text = format!("[default]\nregion = {region}\noutput = json\n");
    let first = |kind: Kind| listeners.iter().find(|listener| listener.kind == kind);
    if let Some(http) = first(Kind::Http) {
        text += &format!("endpoint_url = http://{}\n", reachable(http.address));
    } else if let Some(https) = first(Kind::Https) {
        match tls::ca_file(config) {
            Some(ca) => {
                let ca = std::path::absolute(&ca).unwrap_or(ca);
                let address = reachable(https.address);
                text += &format!("endpoint_url = https://{address}\nca_bundle = {}\n", ca.display());
            }
            None => {
                let (host, port) = (&config.hosts.mail, https.address.port());
                text += &format!("endpoint_url = https://{host}:{port}\n");
            }
        }
    }
    files::write_if_room(&made_folder(&config.data)?.join("config"), text.as_bytes())
}

/// The address that this machine reaches a listener at.
fn reachable(listening: SocketAddr) -> SocketAddr {
    let address = match listening.ip() {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    SocketAddr::new(address, listening.port())
}

/// Writes `aws/credentials`: the administrator's access key.
pub(crate) fn write_credentials(data: &Path, access_key_id: &str, secret: &str) -> Result<(), Problem> {
    let text = format!("[default]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret}\n");
    files::write_private(&made_folder(data)?.join("credentials"), text.as_bytes())
}

/// The administrator's access key and its secret, as `aws/credentials` has them.
pub(crate) fn read_credentials(data: &Path) -> Result<(String, String), Problem> {
    let file = folder(data).join("credentials");
    let problem = |cause: &dyn std::fmt::Display| {
        Problem::told(format!("there is no access key in {}", file.display()), cause)
            .advise("make one with `postroom access-key create` and put it there")
    };
    let text = std::fs::read_to_string(&file).map_err(|error| problem(&error))?;
    let value = |name: &str| {
        let lines = text.lines().filter_map(|line| line.split_once('='));
        let found = lines.map(|(key, value)| (key.trim(), value.trim())).find(|(key, _)| *key == name);
        found.map(|(_, value)| value.to_owned()).ok_or_else(|| problem(&format!("it has no {name}")))
    };
    Ok((value("aws_access_key_id")?, value("aws_secret_access_key")?))
}

/// Removes `aws/credentials`: the key in it was never made.
pub(crate) fn remove_credentials(data: &Path) -> Result<(), Problem> {
    files::remove(&folder(data).join("credentials"))
}

fn made_folder(data: &Path) -> Result<PathBuf, Problem> {
    let folder = folder(data);
    files::make_private_directory(&folder)?;
    Ok(folder)
}
