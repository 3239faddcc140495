//! `aws/config` and `aws/credentials`: what the AWS CLI and every SDK read.

use std::net::SocketAddr;
use std::path::Path;

use crate::process::{Problem, files};

/// Writes `aws/config`: the region and where Postroom listens.
pub(crate) fn write_config(data: &Path, http: SocketAddr, regions: &[String]) -> Result<(), Problem> {
    let region = regions.first().map_or("us-east-1", String::as_str);
    let text = format!("[default]\nregion = {region}\noutput = json\nendpoint_url = http://{http}\n");
    write(data, "config", &text)
}

/// Writes `aws/credentials`: the administrator's access key.
pub(crate) fn write_credentials(data: &Path, access_key_id: &str, secret: &str) -> Result<(), Problem> {
    let text = format!("[default]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret}\n");
    write(data, "credentials", &text)
}

fn write(data: &Path, name: &str, text: &str) -> Result<(), Problem> {
    let folder = data.join("aws");
    files::make_private_directory(&folder)?;
    files::write_private(&folder.join(name), text.as_bytes())
}
