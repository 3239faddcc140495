//! The page that tells a person what to do.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::caller::Caller;
use super::content::{Content, DEVICE_ID};
use super::mail::READER;
use crate::config::Config;
use crate::process::aws_files;

/// Characters of an answer that are shown.
const ANSWER_CHARACTERS_MAX: usize = 400;

/// A command of the AWS CLI, and what it answered when it was tried in this very start.
pub(super) struct Tried {
    command: String,
    answer: Value,
}

/// Tries the commands of the page. A refusal is what a command answers, too.
pub(super) async fn try_out(caller: &Caller, content: &Content) -> Vec<Tried> {
    let alice = ("UserId", "alice");
    let old_phone = [("DeviceType", "iPhone"), ("DeviceOperatingSystem", "iOS 12.5.7")];
    let commands: [(&str, &[(&str, &str)]); 5] = [
        ("ListUsers", &[]),
        ("DescribeUser", &[alice]),
        ("ListMobileDeviceAccessRules", &[]),
        ("GetMobileDeviceAccessEffect", &old_phone),
        ("GetMobileDeviceAccessOverride", &[alice, ("DeviceId", DEVICE_ID)]),
    ];
    let mut tried = Vec::new();
    for (operation, parameters) in commands {
        let mut input = json!({ "OrganizationId": content.organization_id });
        let mut command = format!("aws workmail {} --organization-id $ORG", dashed(operation));
        for (name, value) in parameters {
            input[name] = json!(value);
            let quoted = if value.contains(' ') { format!("\"{value}\"") } else { (*value).to_owned() };
            command += &format!(" --{} {quoted}", dashed(name));
        }
        let answer = caller.call(operation, &input).await;
        let answer = answer.unwrap_or_else(|refusal| json!({ "Error": refusal.to_string() }));
        tried.push(Tried { command, answer });
    }
    tried
}

/// `ListUsers` → `list-users`, as the AWS CLI spells operations and parameters.
fn dashed(name: &str) -> String {
    let mut dashed = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !dashed.is_empty() {
            dashed.push('-');
        }
        dashed.push(letter.to_ascii_lowercase());
    }
    dashed
}

fn shortened(answer: &Value) -> String {
    let text = answer.to_string();
    if text.chars().count() <= ANSWER_CHARACTERS_MAX {
        return text;
    }
    let start: String = text.chars().take(ANSWER_CHARACTERS_MAX).collect();
    format!("{start} …")
}

/// Where the files of the AWS CLI are.
fn aws_folder(config: &Config) -> PathBuf {
    let folder = aws_files::folder(&config.data);
    std::path::absolute(&folder).unwrap_or(folder)
}

/// What the page says, for programs.
pub(super) fn json(content: &Content, tried: &[Tried], config: &Config, endpoints: &Value) -> Value {
    let folder = aws_folder(config);
    let users = content.passwords.iter();
    let users = users.map(|(name, password)| {
        json!({ "name": name, "address": format!("{name}@{}", content.domain), "password": password })
    });
    let commands = tried.iter().map(|tried| json!({ "command": tried.command, "answer": tried.answer }));
    json!({
        "organization_id": content.organization_id,
        "domain": content.domain,
        "endpoints": endpoints,
        "users": users.collect::<Vec<_>>(),
        "not_made": content.not_made,
        "environment": {
            "AWS_CONFIG_FILE": folder.join("config"),
            "AWS_SHARED_CREDENTIALS_FILE": folder.join("credentials"),
            "ORG": content.organization_id,
        },
        "commands": commands.collect::<Vec<_>>(),
    })
}

/// The page.
pub(super) fn page(content: &Content, tried: &[Tried], config: &Config, endpoints: &Value) -> String {
    let folder = aws_folder(config);
    let file = |name| shell_word(&folder.join(name).display().to_string());
    let Content { alias, organization_id, domain, .. } = content;
    let mut page = format!("\nPostroom serves the organization `{alias}` ({organization_id}).\n\n");
    for (name, address) in endpoints.as_object().into_iter().flatten() {
        page += &format!("  {:<7}{name}://{}\n", format!("{name}:"), address.as_str().unwrap_or_default());
    }
    page += "\nUsers and the passwords that they were given here:\n\n";
    for (name, password) in &content.passwords {
        page += &format!("  {name}@{domain}  {password}\n");
    }
    if !content.not_made.is_empty() {
        page += "\nNot made, because of what was changed since an earlier start:\n\n";
        content.not_made.iter().for_each(|what| page += &format!("  {what}\n"));
    }
    page += &mail_clients(content, config, endpoints);
    page += &format!(
        "\nPoint the AWS CLI (or any SDK) at it:\n\n  export AWS_CONFIG_FILE={}\n  export AWS_SHARED_CREDENTIALS_FILE={}\n\n\
         Then try, with ORG={organization_id}:\n",
        file("config"),
        file("credentials")
    );
    for tried in tried {
        page += &format!("\n  {}\n    {}\n", tried.command, shortened(&tried.answer));
    }
    page += "\nCtrl-C ends it; the data stays for the next start.\n";
    page
}

/// `text` as one word of a POSIX shell: in quotes where the shell would see more in it than letters.
fn shell_word(text: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+,:@%".contains(letter);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// How a mail client opens the mailbox that has messages.
fn mail_clients(content: &Content, config: &Config, endpoints: &Value) -> String {
    let Some(address) = endpoints["imaps"].as_str().or(endpoints["imap"].as_str()) else {
        return String::new();
    };
    let security = if endpoints["imaps"].is_string() { "TLS" } else { "STARTTLS" };
    let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
    // The certificate has both names, and some clients take no address for one.
    let host = if host == "127.0.0.1" { "localhost" } else { host };
    let (user, Some(password)) = (READER, content.passwords.get(READER)) else { return String::new() };
    let mut text = format!(
        "\nOpen {user}'s mailbox in any IMAP client (Thunderbird, Apple Mail, mutt):\n\n  server {host}, port {port}, \
         {security}, user {user}@{}, password {password}\n",
        content.domain
    );
    if config.certificates.is_empty() {
        let ca = config.data.join("tls").join("ca.pem");
        let ca = std::path::absolute(&ca).unwrap_or(ca);
        text += &format!("  (trust {}, or accept the certificate when asked)\n", ca.display());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_words_of_the_shell() {
        for text in ["/srv/postroom-data/aws/config", "/tmp/it's $HOME `x`/a b", "/tmp/tab\there", "/tmp/ü"]
        {
            let shell = std::process::Command::new("sh")
                .args(["-c", &format!("printf %s {}", shell_word(text))])
                .output()
                .unwrap();
            assert_eq!(String::from_utf8(shell.stdout).unwrap(), text);
        }
        assert_eq!(shell_word("/srv/aws"), "/srv/aws");
    }

    #[test]
    fn names_are_spelled_as_the_aws_cli_spells_them() {
        assert_eq!(dashed("GetMobileDeviceAccessEffect"), "get-mobile-device-access-effect");
        assert_eq!(dashed("UserId"), "user-id");
    }
}
