//! Nothing but the two nodes has a part in the line. In a network namespace that has only loopback there is no name
//! server, no time service and no route to anyone, and a demo works as anywhere.

use std::process::{Command, Output};

use crate::world::text;

/// Runs in a namespace of its own; `None` if this system does not let the test make one.
fn in_empty_network(script: &str) -> Option<Output> {
    let namespace = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--net", "sh", "-c", script]).output()
    };
    let allowed = namespace("ip link set lo up").is_ok_and(|probe| probe.status.success());
    allowed.then(|| namespace(&format!("ip link set lo up && {script}")).expect("it ran a moment ago"))
}

// R30, R33.
#[test]
#[expect(clippy::print_stdout, reason = "a test that did not run says so")]
fn a_line_needs_no_third_party() {
    let dir = tempfile::TempDir::new().unwrap();
    let program = env!("CARGO_BIN_EXE_ringdown");
    // The replay sends, acknowledges and verifies; then the demo is told to stop.
    let script = format!(
        "ip -o addr show | grep -v ' lo ' && exit 9
         {program} demo --dir {dir} --replay 1967 >{dir}/out 2>&1 & demo=$!
         for n in $(seq 600); do grep -q 'record of GREEN' {dir}/out && break; sleep 0.1; done
         kill -TERM $demo; wait $demo; cat {dir}/out",
        dir = text(dir.path())
    );
    let Some(ran) = in_empty_network(&script) else {
        println!("SKIPPED: this needs 'unshare --map-root-user --net' and 'ip', which do not work here");
        return;
    };
    let out = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{out}{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(out.matches("record of ").count(), 2, "both records verified: {out}");
}
