"""ListPersonalAccessTokens, GetPersonalAccessTokenMetadata, DeletePersonalAccessToken."""

import json
import subprocess

from entities import NOBODY
from postroom import program
from refusals import check_organization_refusals, refused


def create(server, organization, user, *words):
    """Makes a token at the command line, the only place so far; answers it with its secret."""
    words = ["--organization", organization.id, "--user", user, "--name", "laptop", *words]
    call = [program(), "token", "create", *words, "--data", str(server.data), "--output", "json"]
    ended = subprocess.run(call, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_a_token_is_described_and_deleted_and_its_secret_is_not_shown(server, organization):
    alice = organization.user("alice")
    create(server, organization, "alice", "--scope", "IMAP", "--days", "3")
    (summary,) = organization.list_personal_access_tokens()["PersonalAccessTokenSummaries"]
    assert set(summary) == {"PersonalAccessTokenId", "UserId", "Name", "DateCreated", "ExpiresTime", "Scopes"}
    assert (summary["UserId"], summary["Name"], summary["Scopes"]) == (alice, "laptop", ["IMAP"])
    assert (summary["ExpiresTime"] - summary["DateCreated"]).days in (2, 3)
    token = summary["PersonalAccessTokenId"]
    assert organization.get_personal_access_token_metadata(PersonalAccessTokenId=token) == summary
    organization.delete_personal_access_token(PersonalAccessTokenId=token)
    organization.delete_personal_access_token(PersonalAccessTokenId=token)
    code = refused(organization.get_personal_access_token_metadata, PersonalAccessTokenId=token)
    assert code == "ResourceNotFoundException"
    assert organization.list_personal_access_tokens()["PersonalAccessTokenSummaries"] == []


def test_tokens_are_listed_in_pages_and_of_one_user(server, organization):
    organization.user("alice")
    bob = organization.user("bob")
    organization.user("carol", enabled=False)
    for user in ["alice", "alice", "bob"]:
        create(server, organization, user)
    listed = organization.pages("list_personal_access_tokens", "PersonalAccessTokenSummaries", 2)
    assert len({token["PersonalAccessTokenId"] for token in listed}) == 3
    of_bob = organization.list_personal_access_tokens(UserId=organization.address("bob"))
    assert [token["UserId"] for token in of_bob["PersonalAccessTokenSummaries"]] == [bob]
    page = organization.list_personal_access_tokens(MaxResults=1)

    def code(**parameters):
        return refused(organization.list_personal_access_tokens, **parameters)

    assert code(UserId=NOBODY) == "EntityNotFoundException"
    assert code(UserId="carol") == "EntityStateException"
    assert code(UserId=organization.deleted_user()) == "EntityStateException"
    assert code(UserId="gone") == "EntityNotFoundException"
    assert code(UserId="alice", NextToken=page["NextToken"]) == "InvalidParameterException"


def test_the_organization_must_be_there_and_active(workmail):
    check_organization_refusals(
        workmail,
        {
            "list_personal_access_tokens": {},
            "get_personal_access_token_metadata": {"PersonalAccessTokenId": "token"},
            "delete_personal_access_token": {"PersonalAccessTokenId": "token"},
        },
    )
