//! Who reads much for long keeps nobody else from it.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use postroom_mailbox::MailError;
use postroom_store::on_both_engines;
use postroom_store::testing::{TestStore, block_on};

use crate::fixture::{Fixture, mailbox_of_new, modules};

/// Work that says that it has begun and ends when it is let go.
fn held(begun: std::sync::mpsc::Sender<()>, let_go: Arc<Mutex<Receiver<()>>>) -> Result<(), MailError> {
    begun.send(()).expect("the test listens");
    let_go.lock().expect("no panic").recv().expect("the test lets it go");
    Ok(())
}

on_both_engines! { modules();
    fn each_user_is_in_line_once(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let bob = mailbox_of_new(&fixture.admin, "bob").0;
        let ((begin, begun), (go, let_go)) = (channel(), channel());
        let let_go = Arc::new(Mutex::new(let_go));
        block_on(async {
            let alices = [(); 10].map(|()| {
                let (mailboxes, organization) = (fixture.mailboxes.clone(), fixture.organization);
                let (alice, begin, let_go) = (fixture.alice.clone(), begin.clone(), Arc::clone(&let_go));
                let work = move |_: &mut dyn postroom_store::Read| held(begin.clone(), Arc::clone(&let_go));
                tokio::spawn(async move { mailboxes.read_long(organization, &alice, work).await })
            });
            while begun.try_recv().is_err() {
                tokio::task::yield_now().await;
            }
            let bobs = fixture.mailboxes.read_long(fixture.organization, &bob, |_| Ok("told"));
            let told = tokio::time::timeout(Duration::from_secs(20), bobs).await;
            assert!(begun.try_recv().is_err(), "alice has one turn at a time");
            alices.iter().for_each(|_| go.send(()).expect("somebody waits"));
            for read in alices {
                read.await.unwrap().unwrap();
            }
            assert_eq!(told.expect("he does not wait for her").unwrap(), "told");
        });
        assert_eq!(begun.iter().take(9).count(), 9);
    }
}
