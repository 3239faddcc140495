"""`aws postroom …` works once the AWS CLI has been given the model that `postroom api-model` prints."""

import json
import subprocess

from organizations import active
from postroom import program


def test_the_model_is_taken_and_its_commands_work(server, workmail, tmp_path):
    model = tmp_path / "postroom.json"
    model.write_text(subprocess.run([program(), "api-model"], capture_output=True, text=True, check=True).stdout)
    environment = server.environment() | {"HOME": str(tmp_path)}

    def aws(*words):
        ended = subprocess.run(["aws", *words], env=environment, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    aws("configure", "add-model", "--service-model", f"file://{model}", "--service-name", "postroom")
    organization = active(workmail)
    user = workmail.create_user(OrganizationId=organization, Name="alice", DisplayName="Alice")["UserId"]
    workmail.put_access_control_rule(
        OrganizationId=organization, Name="office", Effect="ALLOW", Description="from the office",
        IpRanges=["192.0.2.0/24"],
    )
    target = ["--organization-id", organization, "--user-id", user]
    asked = ["postroom", "explain-access-control", *target, "--action", "IMAP"]
    explained = json.loads(aws(*asked, "--ip-address", "192.0.2.7"))
    assert explained["Effect"] == "ALLOW" and "office" in explained["MatchedRules"]
    rule = next(rule for rule in explained["Rules"] if rule["RuleId"] == "office")
    assert rule["Matched"] and rule["Conditions"]

    kept = "S-1-1-12-1234567890-123456789-123456789-1234"
    domain = workmail.describe_organization(OrganizationId=organization)["DefaultMailDomain"]
    imported = ["--organization-id", organization, "--user-id", kept, "--name", "bob", "--display-name", "Bob"]
    imported += ["--state", "ENABLED", "--email", f"bob@{domain}", "--enabled-date", "2019-05-01T12:30:15Z"]
    for _ in range(2):
        aws("postroom", "import-user", *imported)
    described = workmail.describe_user(OrganizationId=organization, UserId="bob")
    assert described["UserId"] == kept and described["EnabledDate"].timestamp() == 1556713815

    said = subprocess.run(
        [program(), "explain", "access", "--data", str(server.data), "--organization", organization,
         "--user", "alice", "--address", "198.51.100.1", "--action", "IMAP"],
        capture_output=True, text=True, check=True,
    ).stdout
    assert "office (ALLOW) does not match" in said
