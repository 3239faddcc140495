//! What configurations come out as, and what is said about wrong ones.

use super::*;

fn check(file: &str, set: &[&str], variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postroom.toml");
    std::fs::write(&path, file).unwrap();
    let set = set.iter().map(|&text| text.to_owned()).collect();
    let overrides = Overrides { file: Some(path), set, ..Overrides::default() };
    let variables: Vec<_> =
        variables.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
    let folder = format!("{}/", folder.path().display());
    load(&overrides, &variables).map_err(|problems| problems.to_string().replace(&folder, ""))
}

fn refused(file: &str, set: &[&str], expected: &str) {
    assert_eq!(check(file, set, &[]).unwrap_err(), expected);
}

#[test]
fn defaults() {
    let config = check("", &[], &[]).unwrap();
    assert_eq!(config.engine, Engine::Embedded);
    assert_eq!(config.http, ["127.0.0.1:8080".parse().unwrap()]);
    assert_eq!(config.hosts.mx, "mail.postroom.test");
    assert!(config.master_key.ends_with("postroom-data/master.key"));
}

#[test]
fn any_port_leaves_off_what_is_turned_off() {
    let any_port = |set: &[&str]| {
        let set = set.iter().map(|&text| text.to_owned()).collect();
        load(&Overrides { set, any_port: true, ..Overrides::default() }, &[])
    };
    let free = ["127.0.0.1:0".parse().unwrap()];
    let config = any_port(&["http.listen=", "imap.listen=[\"0.0.0.0:143\", \"[::]:143\"]"]).unwrap();
    assert_eq!((&config.http[..], &config.https[..], &config.imap[..]), (&[][..], &free[..], &free[..]));
    assert!(any_port(&["http.listen=", "https.listen=[]"]).is_err(), "nobody could reach it");
    assert!(any_port(&["http.listen=8080"]).unwrap_err().to_string().contains("http.listen"));
}

#[test]
fn defaults_are_those_of_the_store() {
    use postroom_store::limits::{POSTGRES_READERS_DEFAULT, POSTGRES_WRITERS_DEFAULT};
    let expected = (POSTGRES_WRITERS_DEFAULT, POSTGRES_READERS_DEFAULT);
    assert_eq!(check("", &[], &[]).unwrap().connections, expected);
}

#[test]
fn a_bucket_has_both_halves_of_its_key() {
    use postroom_store::blobs::BlobPlace;
    let variables = [("POSTROOM_BODIES_SECRET_ACCESS_KEY", "s3cret")];
    let set = ["bodies.url=s3://mail/a", "bodies.access_key_id=AKIA1"];
    let config = check("", &set, &variables).unwrap();
    let BlobPlace::S3(options) = &config.bodies else { panic!("{:?}", config.bodies) };
    assert_eq!((options.bucket.as_str(), options.prefix.as_str()), ("mail", "a"));
    assert_eq!(options.credentials, Some(("AKIA1".to_owned(), "s3cret".to_owned())));
    assert!(!format!("{config:?}").contains("s3cret"));
    let error = check("", &set, &[]).unwrap_err();
    assert!(error.contains("bodies.secret_access_key"), "{error}");
}

#[test]
fn the_sample_is_the_defaults() {
    let spoken: String = sample()
        .lines()
        .filter_map(|line| {
            line.strip_prefix("# ").filter(|rest| KEYS.iter().any(|key| rest.starts_with(key.name)))
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    let config = check(&spoken, &[], &[]).unwrap();
    assert_eq!(format!("{:?}", config.limits), format!("{:?}", check("", &[], &[]).unwrap().limits));
    assert_eq!(spoken.lines().count(), KEYS.len());
}

#[test]
fn the_highest_layer_wins() {
    let file = "[limits]\nconnections = 1\nhead_seconds = 2\nbody_seconds = 3\n";
    let variables = [("POSTROOM_LIMITS_HEAD_SECONDS", "20"), ("POSTROOM_LIMITS_BODY_SECONDS", "30")];
    let limits = check(file, &["limits.body_seconds=300"], &variables).unwrap().limits;
    assert_eq!(limits.connections, 1);
    assert_eq!((limits.head_time_max.as_secs(), limits.body_time_max.as_secs()), (20, 300));
}

#[test]
fn a_variable_that_is_nearly_one_of_ours_is_refused() {
    let mistyped = |name| check("", &[], &[(name, "1")]).unwrap_err();
    assert_eq!(
        mistyped("POSTROOM_LIMITS_HEAD_SECOND"),
        "environment variable POSTROOM_LIMITS_HEAD_SECOND: nothing is set by it; did you mean \
         POSTROOM_LIMITS_HEAD_SECONDS?",
    );
    assert!(mistyped("POSTROOM_ACCES_KEY_ID").ends_with("did you mean POSTROOM_ACCESS_KEY_ID?"));
    // What Kubernetes sets for a service of the name, and what is nobody's.
    for name in
        ["POSTROOM_SERVICE_HOST", "POSTROOM_PORT_443_TCP_ADDR", "POSTROOM_HOME", "POSTROOM_ACCESS_KEY_ID"]
    {
        check("", &[], &[(name, "1")]).unwrap();
    }
}

#[test]
fn texts_on_the_command_line_need_no_quotes() {
    let set = ["store.url=postgres://a:b@h/d", "regions=us-east-1, eu-west-1", "http.listen=127.0.0.1:1"];
    let config = check("", &set, &[]).unwrap();
    assert_eq!(config.engine, Engine::Postgres("postgres://a:b@h/d".to_owned()));
    assert_eq!(config.regions, ["us-east-1", "eu-west-1"]);
    assert_eq!(check("", &["http.listen=[]"], &[]).unwrap().http, []);
}

#[test]
fn errors_say_where_what_and_what_is_allowed() {
    refused(
        "\n[log]\nformat = \"xml\"\n",
        &[],
        "postroom.toml:3: log.format = \"xml\" is not allowed; it takes \"text\" or \"json\"",
    );
    refused(
        "log.fromat = \"json\"",
        &[],
        "postroom.toml:1: there is no setting log.fromat; did you mean log.format?",
    );
    refused(
        "",
        &["limits.connections=0"],
        "--set: limits.connections = 0 is not allowed; it takes a whole number from 1 to 1000000",
    );
    refused(
        "",
        &["store.url=mysql://u:secret@h"],
        "--set: store.url = *** is not allowed; it takes \"embedded\" or a URL \"postgres://user:password@host:port/database\"",
    );
    refused(
        "a = ",
        &[],
        "postroom.toml:1: this is not TOML: string values must be quoted, expected literal string",
    );
    refused("", &["x"], "--set: \"x\" is not of the form KEY=VALUE");
}

#[test]
fn all_problems_are_told_at_once() {
    let told = check("x = 1\nregions = []\n", &["limits.calls_burst=1", "log.filter=loud"], &[]).unwrap_err();
    assert_eq!(told.lines().count(), 4, "{told}");
}

#[test]
fn settings_must_fit_together() {
    let burst = "--set: limits.calls_burst = 4000 is below limits.calls_per_second = 9000";
    refused("", &["limits.calls_per_second=9000"], burst);
    let both = "--set: http.listen and https.listen are both empty: nobody could reach the admin API";
    refused("", &["http.listen=", "https.listen="], both);
    assert!(check("", &["http.listen=0.0.0.0:80"], &[]).unwrap_err().contains("passwords in clear"));
    assert!(check("", &["http.listen=0.0.0.0:80", "trusted_proxies=10.0.0.1"], &[]).is_ok());
}

#[test]
fn one_forwarding_header_is_believed() {
    let chosen = |set: &[&str]| check("", set, &[]).map(|config| config.forwarding_header);
    assert_eq!(chosen(&[]), Ok(ForwardingHeader::XForwardedFor));
    assert_eq!(chosen(&["forwarding_header=x-forwarded-for"]), Ok(ForwardingHeader::XForwardedFor));
    assert_eq!(chosen(&["forwarding_header=Forwarded"]), Ok(ForwardingHeader::Forwarded));
    refused(
        "",
        &["forwarding_header=via"],
        "--set: forwarding_header = via is not allowed; it takes \"x-forwarded-for\" or \"forwarded\"",
    );
}

#[test]
fn a_path_in_the_file_counts_from_the_file() {
    let config = check("data_directory = \"d\"", &[], &[]).unwrap();
    assert!(config.data.is_absolute() && config.data.ends_with("d"));
    assert_eq!(check("", &["data_directory=d"], &[]).unwrap().data, PathBuf::from("d"));
}

#[test]
fn variables_of_two_settings_differ() {
    let mut names: Vec<String> = KEYS.iter().map(table::Key::variable).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), KEYS.len());
}
