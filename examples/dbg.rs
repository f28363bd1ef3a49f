use auditdiff::{audit::Event, replay::*, source::file};
fn main() {
    let p = std::env::args().nth(1).unwrap();
    let mut events = vec![];
    for r in file::open(&[p.into()]) {
        if let Ok(e) = Event::parse(&r.unwrap()) {
            events.push(e)
        }
    }
    for e in &events {
        let mut c = Context::default();
        study(e, &mut c);
        if c.unexplained || !c.policies.is_empty() {
            println!("{} {:?} unexplained {}", e.audit_id, e.name(), c.unexplained);
            for p in &c.policies {
                for ch in p {
                    println!(
                        "    {:?} {} {:?} -> {:?}",
                        ch.op,
                        ch.path,
                        ch.before.as_ref().map(|v| v.to_string()),
                        ch.after.as_ref().map(|v| v.to_string())
                    )
                }
            }
            let r = replay(e, None, &Context::default());
            for ch in &r.residue {
                println!(
                    "    RES {:?} {} {:?} -> {:?}",
                    ch.op,
                    ch.path,
                    ch.before.as_ref().map(|v| v.to_string()),
                    ch.after.as_ref().map(|v| v.to_string())
                )
            }
        }
    }
}
