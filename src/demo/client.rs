//! The demo's client. It is built like the clients that sites serve to Linux, so that each demo shows that such a client
//! runs here:
//!
//! ```text
//! desktop entry ─ bash FILE ─> writes its payload to TMPDIR, executes it, deletes its own file, exits
//!                                   └─> unpacks the program below HOME, starts it in the background, exits
//!                                            └─> runs for as long as a session lasts, and removes what was unpacked
//! ```
//!
//! Each session unpacks into a directory of its own: sessions that share a home would write the program that another is about
//! to execute ("Text file busy", status 126).
//!
//! It needs no tool but those that every Linux has, and any POSIX shell can read it.

use std::time::Duration;

use hyper::body::Bytes;

/// The whole file's size: a few megabytes, as a real client's.
const BYTES: usize = 4 << 20;

/// The desktop entry, which a shell reads too and complains about without harm, and the first stage behind it.
const ENTRY: &str = "\
[Desktop Entry]
Type=Application
Version=1.0
Terminal=false
Name=support-kiosk-demo
Exec=bash \"-c\" \"exec bash \\\"$0\\\"\" %k

[X-Shell Script]
set -eu
umask 077
work=${TMPDIR:-/tmp}/support-kiosk-demo.$$
mkdir \"$work\"
tail -n +{payload} \"$0\" >\"$work/installer\"
chmod 700 \"$work/installer\"
\"$work/installer\" \"$HOME/.bomgar-scc-demo.$$\"
rm -rf \"$work\" \"$0\"
exit 0
";

/// The payload's first part: unpacks the program.
const INSTALLER: &str = "\
#!/bin/sh
set -eu
mkdir -p \"$1\"
tail -n +{program} \"$0\" >\"$1/program\"
chmod 700 \"$1/program\"
\"$1/program\" >/dev/null 2>&1 &
exit 0
";

/// The program. What follows it in the file is not text.
const PROGRAM: &str = "\
#!/bin/sh
left={seconds}
while [ \"$left\" -gt 0 ]; do
    sleep 1
    left=$((left - 1))
done
rm -rf \"${0%/*}\"
exit 0
";

/// The whole file, for a session of so many whole seconds.
pub(super) fn desktop_entry(session: Duration) -> Bytes {
    let seconds = session.as_secs().to_string();
    let parts = [
        ENTRY.replace("{payload}", &line_after(ENTRY)),
        INSTALLER.replace("{program}", &line_after(INSTALLER)),
        PROGRAM.replace("{seconds}", &seconds),
    ];
    let mut file = parts.concat().into_bytes();
    file.resize(BYTES, 0);
    file.into()
}

/// The number of the line that follows a text, counted from 1.
fn line_after(text: &str) -> String {
    (text.lines().count() + 1).to_string()
}
