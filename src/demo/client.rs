//! The demo's client. It is built like the clients that sites serve to Linux, so each demo proves
//! that such a client runs here:
//!
//! ```text
//! desktop entry ─ bash FILE ─> writes its payload to TMPDIR, runs it, deletes its own file, exits
//!                                   └─> unpacks the program below HOME, starts it in the
//!                                       background, exits
//!                                         └─> runs while the session lasts, then removes the files
//! ```
//!
//! Each session unpacks into its own directory. With a shared directory, a session could overwrite
//! the program that another is about to execute ("Text file busy", status 126).
//!
//! It uses only standard tools and POSIX shell syntax.

use std::time::Duration;

use hyper::body::Bytes;

/// The size of the whole file: a few megabytes, like a real client.
const BYTES: usize = 4 << 20;

/// The desktop entry, followed by the first stage. The shell also reads the entry, and its
/// complaints are harmless.
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

/// The first part of the payload: unpacks the program.
const INSTALLER: &str = "\
#!/bin/sh
set -eu
mkdir -p \"$1\"
tail -n +{program} \"$0\" >\"$1/program\"
chmod 700 \"$1/program\"
\"$1/program\" >/dev/null 2>&1 &
exit 0
";

/// The program. In the file it is followed by binary data.
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

/// The whole file, for a session of whole seconds.
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

/// The number of the line after a text, counted from 1.
fn line_after(text: &str) -> String {
    (text.lines().count() + 1).to_string()
}
