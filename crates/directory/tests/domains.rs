//! Mail domains: registered, proved, owned, deregistered; what look-ups change and what a killed process leaves.
#![allow(missing_docs, clippy::unwrap_used, reason = "fixtures may fail")]

#[path = "support/dns.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod dns;
#[path = "support/domains.rs"]
mod fixture;
mod support;

use std::pin::Pin;
use std::task::{Context, Poll};

use fixture::Fixture;
use postroom_directory::admin::AdminRead;
use postroom_directory::aws_account::AwsAccountId;
use postroom_directory::domains::*;
use postroom_directory::ops::*;
use postroom_directory::organizations::{Organization, alarming, reconcile};
use postroom_directory::page::PageRequest;
use postroom_directory::testing::{hosts, modules, new_organization, request_organization};
use postroom_directory::{DirectoryError, limits};
use postroom_policy::permit::Permitted;
use postroom_store::client_tokens::ClientToken;
use postroom_store::jobs::{Runner, RunnerOptions};
use postroom_store::testing::TestStore;
use postroom_store::{Place, Read, StoreError, Tx, on_both_engines, parameters, statements};
use postroom_types::DnsRecordVerificationStatus::{Failed, Pending, Verified};
use postroom_types::fold;

statements! {
    DISOWN = "DELETE FROM domain_owners WHERE domain_key = $1";
    UNREGISTER = "DELETE FROM domain_registrations WHERE domain = $1";
    SEQUENCE = "SELECT admin_sequence FROM organization_state WHERE organization = $1";
}

const ONE: &str = "111122223333";
const OTHER: &str = "444455556666";

on_both_engines! { modules();
    async fn a_domain_is_proved_by_its_records(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let demo = fixture.organization(ONE, "demo");
        fixture.register(&demo, "Example.COM").await.unwrap();
        fixture.run().await;
        assert_eq!(fixture.status(&demo, "example.com"), (Pending, Pending));
        assert_eq!(fixture.owner("example.com"), None, "only verified domains route");
        fixture.publish(&demo, "example.com").await;
        fixture.later(1).await;
        assert_eq!(fixture.status(&demo, "EXAMPLE.com"), (Verified, Verified));
        let (domain, keys) = fixture.get(&demo, "example.com").unwrap();
        assert_eq!((domain.status.mx, domain.status.autodiscover), (RecordStatus::Verified, RecordStatus::Verified));
        assert!(keys.iter().all(|key| key.published));
        assert_eq!(fixture.owner("Example.com"), Some(demo.key));
        assert_eq!(reconcile(&fixture.store, false).await.unwrap(), []);
    }

    async fn the_records_have_the_shape_of_workmails(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let demo = fixture.organization(ONE, "demo");
        fixture.register(&demo, "example.com").await.unwrap();
        fixture.domains.ensure_keys(demo.key, "example.com").await.unwrap();
        let (domain, keys) = fixture.get(&demo, "example.com").unwrap();
        let listed = records(&domain, &keys, &hosts());
        let shown: Vec<_> = listed.iter().map(|record| format!("{} {}", record.kind, record.host)).collect();
        let (active, next) = (&keys[0], &keys[1]);
        assert_eq!((active.role, next.role), (DkimRole::Active, DkimRole::Next));
        assert_eq!(shown, [
            "TXT _amazonses.example.com".to_owned(),
            "MX example.com".to_owned(),
            "CNAME autodiscover.example.com".to_owned(),
            format!("TXT {}._domainkey.example.com", active.selector),
            format!("TXT {}._domainkey.example.com", next.selector),
            "TXT example.com".to_owned(),
            "TXT _dmarc.example.com".to_owned(),
            "MX mail.example.com".to_owned(),
            "TXT mail.example.com".to_owned(),
        ]);
        assert_eq!((listed[0].value.len(), listed[0].value.ends_with('=')), (44, true));
        assert_eq!(listed[1].value, "10 mx.example.net");
        assert_eq!(listed[2].value, "autodiscover.example.net");
        assert!(listed[3].value.starts_with("v=DKIM1; k=rsa; p=MIIBI"));
        assert_eq!(listed[5].value, "v=spf1 include:spf.example.net ~all");
        let (test, keys) = fixture.get(&demo, "demo.mail.example.net").unwrap();
        assert_eq!((test.is_test, test.is_default, test.is_verified()), (true, true, true));
        assert_eq!(records(&test, &keys, &hosts()), []);
    }

    async fn an_unproved_registration_reserves_nothing_and_the_first_proof_owns(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let (slow, quick) = (fixture.organization(ONE, "slow"), fixture.organization(OTHER, "quick"));
        fixture.register(&slow, "example.com").await.unwrap();
        fixture.register(&quick, "example.com").await.unwrap();
        let token = |of| fixture.get(of, "example.com").unwrap().0.token;
        assert_ne!(token(&slow), token(&quick), "each organization has its own token");
        fixture.server.txt("_amazonses.example.com", &token(&quick));
        fixture.later(1).await;
        assert_eq!(fixture.status(&quick, "example.com").0, Verified);
        assert_eq!(fixture.status(&slow, "example.com").0, Pending);
        fixture.server.txt("example.com", &token(&slow));
        fixture.later(1).await;
        assert_eq!(fixture.status(&slow, "example.com").0, Failed, "another organization owns the domain");
        assert_eq!(fixture.owner("example.com"), Some(quick.key));
        fixture.domains.deregister(&fixture.acting(), &quick, "example.com").await.unwrap();
        assert_eq!(fixture.owner("example.com"), None);
        fixture.later(1).await;
        assert_eq!(fixture.status(&slow, "example.com").0, Verified, "the domain was given back");
        assert_eq!(fixture.owner("example.com"), Some(slow.key));
    }

    async fn of_many_that_prove_at_once_one_owns(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let mut organizations = Vec::new();
        for n in 0..6 {
            let organization = fixture.organization(&format!("{:012}", 100 + n), &format!("org{n}"));
            fixture.register(&organization, "example.com").await.unwrap();
            let token = fixture.get(&organization, "example.com").unwrap().0.token;
            fixture.server.txt("_amazonses.example.com", &token);
            organizations.push(organization);
        }
        let runners = (0..4).map(|_| {
            let runner = Runner::new(&fixture.jobs, RunnerOptions::default());
            let runner = fixture.domains.register_jobs(runner);
            tokio::spawn(async move { runner.run_due().await.unwrap() })
        });
        for runner in runners.collect::<Vec<_>>() {
            runner.await.unwrap();
        }
        fixture.run().await;
        let verified: Vec<_> = organizations
            .iter()
            .filter(|organization| fixture.status(organization, "example.com").0 == Verified)
            .map(|organization| organization.key)
            .collect();
        assert_eq!(verified.len(), 1);
        assert_eq!(fixture.owner("example.com"), Some(verified[0]));
    }

    async fn an_account_registers_a_domain_in_one_organization(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let (one, two) = (fixture.organization(ONE, "one"), fixture.organization(ONE, "two"));
        fixture.register(&one, "example.com").await.unwrap();
        let token = fixture.get(&one, "example.com").unwrap().0.token;
        let refused = fixture.register(&two, "EXAMPLE.com").await;
        assert!(matches!(refused, Err(DirectoryError::DomainInUse(_))), "{refused:?}");
        fixture.register(&one, "example.com").await.unwrap();
        assert_eq!(fixture.get(&one, "example.com").unwrap().0.token, token, "the same domain again");
        fixture.domains.deregister(&fixture.acting(), &one, "example.com").await.unwrap();
        fixture.register(&two, "example.com").await.unwrap();
        fixture.later(1).await;
        assert_eq!(reconcile(&fixture.store, false).await.unwrap(), []);
    }

    async fn a_domain_that_the_original_gave_up_is_its_copys_when_it_is_proved(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let (original, copy) = (fixture.organization(ONE, "original"), fixture.organization(ONE, "copy"));
        fixture.register(&copy, "example.com").await.unwrap();
        fixture.later(1).await;
        let unregister = fixture.store.write::<_, StoreError, _>(Place::Directory, |tx| {
            tx.execute(&UNREGISTER, parameters!["example.com"])
        });
        assert_eq!(unregister.await, Ok(1), "the copy has it as a restore leaves it");
        fixture.register(&original, "example.com").await.unwrap();
        assert_eq!(reconcile(&fixture.store, false).await.unwrap(), []);
        fixture.domains.deregister(&fixture.acting(), &original, "example.com").await.unwrap();
        fixture.later(1).await;
        let waits = reconcile(&fixture.store, true).await.unwrap();
        assert_eq!(waits.iter().map(|found| (found.repaired, found.under_way)).collect::<Vec<_>>(), [(false, true)]);
        fixture.register(&original, "example.com").await.unwrap();
        fixture.domains.deregister(&fixture.acting(), &original, "example.com").await.unwrap();
        fixture.publish(&copy, "example.com").await;
        fixture.later(1).await;
        assert_eq!((fixture.status(&copy, "example.com").0, fixture.owner("example.com")), (Verified, Some(copy.key)));
        assert_eq!(reconcile(&fixture.store, false).await.unwrap(), []);
        let refused = fixture.register(&original, "example.com").await;
        assert!(matches!(refused, Err(DirectoryError::DomainInUse(_))), "{refused:?}");
    }

    async fn what_a_person_has_to_settle_ends_no_repair(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let (one, two) = (fixture.organization(ONE, "one"), fixture.organization(ONE, "two"));
        fixture.register(&one, "example.com").await.unwrap();
        fixture.publish(&one, "example.com").await;
        fixture.later(1).await;
        fixture.domains.update_default(&fixture.acting(), &one, "example.com").await.unwrap();
        fixture.later(1).await;
        let lose = |tx: &mut Tx<'_>| -> Result<u64, StoreError> {
            Ok(tx.execute(&UNREGISTER, parameters!["example.com"])?
                + tx.execute(&DISOWN, parameters![&fold("example.com")])?)
        };
        assert_eq!(fixture.store.write(Place::Directory, lose).await, Ok(2));
        fixture.register(&two, "example.com").await.unwrap();
        // It is one's default, so nobody takes it away.
        let found = reconcile(&fixture.store, true).await.unwrap();
        assert!(!found.is_empty() && found.iter().all(|found| !found.repaired), "{found:?}");
    }

    async fn a_test_domain_stays_in_use_after_the_suffix_has_changed(store: &mut TestStore) {
        let elsewhere = Hosts { test_domain_suffix: "other.example".to_owned(), ..hosts() };
        let fixture = Fixture::with(store, elsewhere).await;
        let (one, two) = (fixture.organization(ONE, "one"), fixture.organization(ONE, "two"));
        let old = "one.mail.example.net";
        assert_eq!(fixture.owner(old), Some(one.key));
        let refused = fixture.register(&two, "ONE.mail.example.net").await;
        assert!(matches!(refused, Err(DirectoryError::DomainInUse(_))), "{refused:?}");
        assert!(matches!(fixture.get(&two, old), Err(DirectoryError::DomainNotFound(_))));
        assert_eq!(fixture.register(&two, "three.mail.example.net").await, Ok(()), "nobody has that one");
        // Another account's registration reserves nothing, and proves nothing.
        let other = fixture.organization(OTHER, "other");
        fixture.register(&other, old).await.unwrap();
        fixture.publish(&other, old).await;
        fixture.later(1).await;
        assert_eq!((fixture.status(&other, old).0, fixture.owner(old)), (Failed, Some(one.key)));
        assert_eq!(reconcile(&fixture.store, false).await.unwrap(), []);
    }

    async fn an_organization_is_not_created_with_anothers_test_domain(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        fixture.organization(ONE, "one");
        let elsewhere = Hosts { test_domain_suffix: "other.example".to_owned(), ..hosts() };
        let (store, random) = (fixture.store.clone(), fixture.store.random().clone());
        let create = move |account: &str, alias: &str| {
            let domain = NewDomain::mint(random.as_ref(), &elsewhere, "one.mail.example.net").unwrap();
            let account = AwsAccountId::parse(account).unwrap();
            let new = NewOrganization { aws_account: account, domains: vec![domain], ..new_organization(&store, alias) };
            request_organization(&store, &new).map(drop)
        };
        let made = tokio::task::spawn_blocking(move || (create(ONE, "two"), create(OTHER, "other"))).await.unwrap();
        assert!(matches!(made, (Err(DirectoryError::Invalid(_)), Ok(()))), "{made:?}");
    }

    async fn names_that_are_none_and_test_domains_are_refused(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let demo = fixture.organization(ONE, "demo");
        for name in ["example", "a..b", "-a.example", "mail.example.net", "other.mail.example.net"] {
            let refused = fixture.register(&demo, name).await;
            assert!(matches!(refused, Err(DirectoryError::Invalid(_))), "{name}: {refused:?}");
        }
    }

    async fn a_client_token_belongs_to_one_domain(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let demo = fixture.organization(ONE, "demo");
        let token = |request: &str| Some(ClientToken::new(ONE, "RegisterMailDomain", "t", request.as_bytes()));
        let register = |name: &'static str| {
            let (acting, demo) = (fixture.acting(), &demo);
            let domains = &fixture.domains;
            async move { domains.register(&acting, demo, name, token(name)).await }
        };
        register("example.com").await.unwrap();
        register("example.com").await.unwrap();
        let refused = register("example.org").await;
        assert!(matches!(refused, Err(DirectoryError::Invalid(_))), "{refused:?}");
        let absent = fixture.get(&demo, "example.org");
        assert!(matches!(absent, Err(DirectoryError::DomainNotFound(_))));
        assert_eq!(reconcile(&fixture.store, false).await.unwrap(), [], "the registration was given back");
    }

    async fn a_client_token_registers_nothing_again_after_a_deregistration(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let (demo, two) = (fixture.organization(ONE, "demo"), fixture.organization(ONE, "two"));
        let token = || Some(ClientToken::new(ONE, "RegisterMailDomain", "t", b"example.com"));
        for _ in 0..2 {
            fixture.domains.register(&fixture.acting(), &demo, "example.com", token()).await.unwrap();
            fixture.domains.deregister(&fixture.acting(), &demo, "example.com").await.unwrap();
        }
        let repeated = fixture.domains.register(&fixture.acting(), &demo, "example.com", token()).await;
        assert!(repeated.is_ok(), "the answer of the first time: {repeated:?}");
        assert!(matches!(fixture.get(&demo, "example.com"), Err(DirectoryError::DomainNotFound(_))));
        assert_eq!(reconcile(&fixture.store, false).await.unwrap(), []);
        // What the repetition took was given back: another organization of the account may have it.
        fixture.register(&two, "example.com").await.unwrap();
    }

    async fn a_look_that_finds_nothing_new_changes_its_time_only(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let demo = fixture.organization(ONE, "demo");
        let sequence = || {
            let read = |tx: &mut dyn Read| tx.query_first(&SEQUENCE, parameters![demo.key.0]);
            let row: Result<_, StoreError> = fixture.read(Place::Organization(demo.key), read);
            row.unwrap().unwrap().take::<i64>(0)
        };
        fixture.register(&demo, "example.com").await.unwrap();
        fixture.run().await;
        let pending = sequence();
        let looked_at = || fixture.get(&demo, "example.com").unwrap().0.status.checked_at.unwrap();
        let first = looked_at();
        fixture.later(1).await;
        fixture.later(1).await;
        assert_eq!(sequence(), pending);
        assert!(looked_at() > first, "who mends a record wants to know when it was looked at last");
        fixture.publish(&demo, "example.com").await;
        let published = sequence();
        fixture.later(1).await;
        assert_eq!(fixture.status(&demo, "example.com"), (Verified, Verified));
        let verified = sequence();
        assert!(verified > published);
        fixture.later(5).await;
        fixture.later(5).await;
        assert_eq!(sequence(), verified);
        // A lost proof is something new; that it is still lost is not, until the alarm.
        fixture.server.clear();
        fixture.later(5).await;
        let lost = sequence();
        assert!(lost > verified);
        fixture.later(2).await;
        assert_eq!(sequence(), lost);
        fixture.later(73).await;
        assert!(sequence() > lost);
        assert_eq!(fixture.alarms(&demo).len(), 1);
    }

    async fn a_thousand_domains_and_not_one_more(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let demo = fixture.organization(ONE, "demo");
        let random = fixture.store.random();
        let domains: Vec<_> = (1..limits::DOMAINS_MAX)
            .map(|n| NewDomain::mint(random.as_ref(), &hosts(), &format!("d{n}.example")).unwrap())
            .collect();
        let fill = move |tx: &mut postroom_directory::admin::AdminTx<'_, '_>| {
            domains.iter().try_for_each(|domain| {
                let new = Registration { domain: domain.clone(), token: None };
                register_mail_domain(tx, &new)
            })
        };
        fixture.acting().organization(demo.key, fill).await.unwrap();
        let refused = fixture.register(&demo, "one-more.example").await;
        assert!(matches!(refused, Err(DirectoryError::LimitExceeded(_))), "{refused:?}");
        fixture.domains.deregister(&fixture.acting(), &demo, "d1.example").await.unwrap();
        fixture.register(&demo, "one-more.example").await.unwrap();
        let (key, permit) = (demo.key, Permitted::operator("test"));
        let (mut page, mut found) = (PageRequest { after: Vec::new(), rows_max: 100 }, Vec::new());
        loop {
            let listed = fixture.read(Place::Organization(key), |tx| {
                list_mail_domains(&mut AdminRead::begin(tx, key, &permit), &page)
            });
            let listed = listed.unwrap();
            found.extend(listed.rows.into_iter().map(|domain| domain.name));
            let Some(next) = listed.next else { break };
            page.after = next;
        }
        assert_eq!(found.len(), 1_000);
        assert!(found.is_sorted() && found.contains(&"demo.mail.example.net".to_owned()));
    }

    async fn a_domain_in_use_is_not_deregistered(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let demo = fixture.organization(ONE, "demo");
        let deregister = |name: &'static str| fixture_deregister(&fixture, &demo, name);
        assert!(matches!(deregister("demo.mail.example.net").await, Err(DirectoryError::DomainInUse(_))));
        deregister("absent.example").await.unwrap();
        fixture.register(&demo, "example.com").await.unwrap();
        let update = |name: &'static str| {
            let (acting, demo, domains) = (fixture.acting(), &demo, &fixture.domains);
            async move { domains.update_default(&acting, demo, name).await }
        };
        let unproved = update("example.com").await;
        assert!(matches!(unproved, Err(DirectoryError::DomainNotVerified(_))), "{unproved:?}");
        let absent = update("absent.example").await;
        assert!(matches!(absent, Err(DirectoryError::DomainNotFound(_))), "{absent:?}");
        fixture.publish(&demo, "example.com").await;
        fixture.later(1).await;
        update("Example.com").await.unwrap();
        let copy = fixture.read(Place::Directory, |tx| {
            describe_organization(tx, &demo.aws_account, &demo.id)
        });
        assert_eq!(copy.unwrap().default_mail_domain.as_deref(), Some("example.com"));
        assert!(matches!(deregister("example.com").await, Err(DirectoryError::DomainInUse(_))));
        update("demo.mail.example.net").await.unwrap();
        deregister("EXAMPLE.com").await.unwrap();
        assert!(matches!(fixture.get(&demo, "example.com"), Err(DirectoryError::DomainNotFound(_))));
        assert_eq!(fixture.owner("example.com"), None);
        fixture.later(1).await;
        assert_eq!(reconcile(&fixture.store, false).await.unwrap(), []);
    }

    async fn a_lost_proof_raises_an_alarm_and_routes_on(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let demo = fixture.organization(ONE, "demo");
        fixture.register(&demo, "example.com").await.unwrap();
        fixture.publish(&demo, "example.com").await;
        fixture.later(1).await;
        fixture.server.clear();
        for _ in 0..18 {
            fixture.later(4).await;
        }
        assert_eq!(fixture.alarms(&demo), []);
        fixture.later(4).await;
        let alarms = fixture.alarms(&demo);
        assert_eq!(alarms.len(), 1);
        assert_eq!((alarms[0].kind.as_str(), alarms[0].subject.as_str()), (ALARM_PROOF_LOST, "example.com"));
        assert_eq!(fixture.status(&demo, "example.com"), (Verified, Failed));
        assert_eq!(fixture.owner("example.com"), Some(demo.key));
        fixture.organization(ONE, "quiet");
        let (seen, all) = alarming(&fixture.store, &fixture.keyring, 2).await.unwrap();
        let seen: Vec<_> = seen.into_iter().map(|seen| (seen.organization.alias, seen.alarms.unwrap())).collect();
        assert_eq!((seen, all), (vec![("demo".to_owned(), alarms)], true));
        assert!(!alarming(&fixture.store, &fixture.keyring, 1).await.unwrap().1, "one of two was looked at");
        fixture.publish(&demo, "example.com").await;
        fixture.later(4).await;
        assert_eq!(fixture.alarms(&demo), []);
        assert!(alarming(&fixture.store, &fixture.keyring, 2).await.unwrap().0.is_empty());
        assert_eq!(fixture.status(&demo, "example.com"), (Verified, Verified));
    }

    async fn domains_of_a_creation_are_registered_and_looked_at(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let random = fixture.store.random();
        let domain = NewDomain::mint(random.as_ref(), &hosts(), "example.com").unwrap();
        fixture.server.txt("_amazonses.example.com", &domain.token);
        let demo = fixture.organization_with(ONE, "demo", vec![domain]);
        fixture.run().await;
        assert_eq!(fixture.status(&demo, "example.com"), (Verified, Pending));
        assert_eq!(fixture.get(&demo, "example.com").unwrap().1.len(), 2, "it has got DKIM keys");
        fixture.publish(&demo, "example.com").await;
        fixture.later(1).await;
        assert_eq!(fixture.status(&demo, "example.com"), (Verified, Verified));
        assert_eq!(reconcile(&fixture.store, false).await.unwrap(), []);
    }

    async fn keys_rotate_once_the_next_one_is_published(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let demo = fixture.organization(ONE, "demo");
        fixture.register(&demo, "example.com").await.unwrap();
        let rotate = |force| {
            let (acting, demo, domains) = (fixture.acting(), &demo, &fixture.domains);
            async move { domains.rotate_dkim(&acting, demo, "example.com", force).await }
        };
        let refused = rotate(false).await;
        assert!(matches!(refused, Err(DirectoryError::NotFound(_))), "nobody has asked for keys: {refused:?}");
        fixture.publish(&demo, "example.com").await;
        fixture.later(1).await;
        let before = fixture.get(&demo, "example.com").unwrap().1;
        rotate(false).await.unwrap();
        let after = fixture.get(&demo, "example.com").unwrap().1;
        let selectors = |keys: &[DkimKey]| keys.iter().map(|key| key.selector.clone()).collect::<Vec<_>>();
        assert_eq!(after[0].selector, before[1].selector, "the next key signs");
        assert_eq!(after[2].selector, before[0].selector, "the old one stays");
        assert!(!selectors(&before).contains(&after[1].selector), "there is a new next one");
        fixture.later(4).await;
        assert_eq!(fixture.status(&demo, "example.com").1, Verified, "no gap");
        let refused = rotate(false).await;
        assert!(matches!(refused, Err(DirectoryError::Invalid(_))), "the new one is not published");
        rotate(true).await.unwrap();
    }

    async fn an_operators_zone_takes_three_aliases_that_stay(store: &mut TestStore) {
        let zone = Hosts { dkim_zone: Some("dkim.example.net".to_owned()), ..hosts() };
        let fixture = Fixture::with(store, zone.clone()).await;
        let demo = fixture.organization(ONE, "demo");
        fixture.register(&demo, "example.com").await.unwrap();
        fixture.domains.ensure_keys(demo.key, "example.com").await.unwrap();
        fixture.domains.ensure_keys(demo.key, "example.com").await.unwrap();
        let aliases = || {
            let (domain, keys) = fixture.get(&demo, "example.com").unwrap();
            let mut aliases: Vec<_> = records(&domain, &keys, &zone)
                .into_iter()
                .filter(|record| record.host.contains("_domainkey"))
                .map(|record| (record.kind, record.host, record.value))
                .collect();
            aliases.sort();
            aliases
        };
        let operator_publishes = || {
            for key in fixture.get(&demo, "example.com").unwrap().1 {
                fixture.server.replace_txt(&format!("{}.dkim.example.net", key.selector), &key.record());
            }
        };
        let before = aliases();
        assert_eq!(before.len(), 3);
        assert!(before.iter().all(|(kind, _, value)| *kind == "CNAME" && value.ends_with(".dkim.example.net")));
        fixture.publish(&demo, "example.com").await;
        operator_publishes();
        for _ in 0..4 {
            fixture.later(4).await;
            assert_eq!(fixture.status(&demo, "example.com").1, Verified);
            fixture.domains.rotate_dkim(&fixture.acting(), &demo, "example.com", false).await.unwrap();
            operator_publishes();
            assert_eq!(aliases(), before);
        }
    }

    async fn a_private_key_opens_and_signs_for_its_record(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let demo = fixture.organization(ONE, "demo");
        fixture.register(&demo, "example.com").await.unwrap();
        fixture.domains.ensure_keys(demo.key, "example.com").await.unwrap();
        let active = fixture.get(&demo, "example.com").unwrap().1.remove(0);
        let place = Place::Organization(demo.key);
        let seal = fixture.keyring.data_key(place).await.unwrap();
        let opened = fixture.read(place, |tx| signing_key(tx, demo.key, &seal, "Example.com"));
        let (selector, private) = opened.unwrap().unwrap();
        assert_eq!(selector, active.selector);
        let pair = aws_lc_rs::rsa::KeyPair::from_pkcs8(&private).unwrap();
        assert_eq!(pair.public_modulus_len(), 256);
        use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
        use aws_lc_rs::signature::KeyPair as _;
        use base64::Engine as _;
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        let public = base64::engine::general_purpose::STANDARD.encode(public.as_ref());
        assert_eq!(public, active.public_key);
    }

    async fn a_flow_that_ends_anywhere_is_settled(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let (demo, other) = (fixture.organization(ONE, "demo"), fixture.organization(ONE, "other"));
        let mut ended = false;
        for polls in 0.. {
            let name = format!("d{polls}.example");
            let registered = Cut { inner: Box::pin(fixture.register(&demo, &name)), polls }.await;
            fixture.later(1).await;
            assert_eq!(reconcile(&fixture.store, false).await.unwrap(), [], "registering, cut after {polls}");
            if registered.is_none() && fixture.get(&demo, &name).is_err() {
                fixture.register(&other, &name).await.unwrap();
            }
            fixture.register(&demo, "gone.example").await.unwrap();
            let acting = fixture.acting();
            let deregistering = fixture.domains.deregister(&acting, &demo, "gone.example");
            let deregistered = Cut { inner: Box::pin(deregistering), polls }.await;
            fixture.later(1).await;
            assert_eq!(reconcile(&fixture.store, false).await.unwrap(), [], "deregistering, cut after {polls}");
            ended = registered.is_some() && deregistered.is_some();
            if ended {
                break;
            }
        }
        assert!(ended);
    }

    async fn what_two_stores_disagree_about_is_found_and_repaired(store: &mut TestStore) {
        let fixture = Fixture::new(store).await;
        let demo = fixture.organization(ONE, "demo");
        fixture.register(&demo, "example.com").await.unwrap();
        fixture.publish(&demo, "example.com").await;
        fixture.later(1).await;
        // The organization's store without the directory's half, as after a restore of one of them.
        let deregister = |tx: &mut postroom_directory::admin::AdminTx<'_, '_>| {
            deregister_mail_domain(tx, "example.com")
        };
        fixture.acting().organization(demo.key, deregister).await.unwrap();
        let found = reconcile(&fixture.store, false).await.unwrap();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|finding| !finding.repaired && finding.organization == demo.key));
        let repaired = reconcile(&fixture.store, true).await.unwrap();
        assert!(repaired.iter().all(|finding| finding.repaired), "{repaired:?}");
        assert_eq!(reconcile(&fixture.store, false).await.unwrap(), []);
        // The directory's half without the organization's.
        let random = fixture.store.random();
        let domain = NewDomain::mint(random.as_ref(), &hosts(), "example.org").unwrap();
        let register = move |tx: &mut postroom_directory::admin::AdminTx<'_, '_>| {
            let new = Registration { domain: domain.clone(), token: None };
            register_mail_domain(tx, &new)
        };
        fixture.acting().organization(demo.key, register).await.unwrap();
        let found = reconcile(&fixture.store, true).await.unwrap();
        assert!(matches!(&found[..], [found] if found.under_way && !found.repaired), "{found:?}");
        fixture.register(&demo, "example.org").await.unwrap();
        assert_eq!(reconcile(&fixture.store, false).await.unwrap(), []);
    }
}

async fn fixture_deregister(
    fixture: &Fixture,
    organization: &Organization,
    name: &str,
) -> Result<(), DirectoryError> {
    fixture.domains.deregister(&fixture.acting(), organization, name).await
}

/// Ends a future after some polls, as a killed process would end it between two of its steps.
struct Cut<'f, T> {
    inner: Pin<Box<dyn Future<Output = T> + Send + 'f>>,
    polls: usize,
}

impl<T> Future for Cut<'_, T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let Some(left) = self.polls.checked_sub(1) else { return Poll::Ready(None) };
        self.polls = left;
        self.inner.as_mut().poll(context).map(Some)
    }
}
