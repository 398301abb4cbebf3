//! A PostgreSQL server for the time of a test run.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use uuid::Uuid;

use crate::Error;

/// A running server with an empty cluster. It is stopped, and everything of it
/// removed, when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    owner: Option<(u32, u32)>,
    url: String,
}

impl Postgres {
    /// Start a server from the newest PostgreSQL that the machine has, on a free port
    /// of the loopback interface. As root it runs as the user `postgres`.
    ///
    /// # Errors
    /// When the machine has no PostgreSQL, or it does not start.
    pub fn start() -> Result<Self, Error> {
        let folder = tempfile::Builder::new().prefix("sourcepilot-postgres-").tempdir()?;
        let root = fs::metadata(folder.path())?.uid() == 0;
        let owner = if root { Some(unprivileged()?) } else { None };
        if let Some((user, group)) = owner {
            chown(folder.path(), Some(user), Some(group))?;
        }
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700))?;
        let mut server = Postgres { programs: newest()?, folder, owner, url: String::new() };
        server.url = server.boot()?;
        Ok(server)
    }

    /// Where it answers, as a user that may create databases.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Let it crash, and start it again at the same address.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn crash_and_restart(&self) -> Result<(), Error> {
        let mut restart = self.command("pg_ctl");
        restart.args(["restart", "--mode=immediate", "--wait", "--timeout=60", "--silent"]);
        restart.arg("--pgdata").arg(self.data()).arg("--log").arg(self.folder.path().join("log"));
        run(restart)
    }

    fn boot(&self) -> Result<String, Error> {
        let password = Uuid::new_v4().simple().to_string();
        let password_file = self.folder.path().join("password");
        fs::write(&password_file, &password)?;
        if let Some((user, group)) = self.owner {
            chown(&password_file, Some(user), Some(group))?;
        }
        let mut initdb = self.command("initdb");
        initdb.args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]);
        initdb.arg("--no-sync").arg("--pwfile").arg(&password_file).arg("--pgdata").arg(self.data());
        run(initdb)?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        self.run_server(port)?;
        Ok(format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres"))
    }

    fn run_server(&self, port: u16) -> Result<(), Error> {
        // The data lives for one run, so nothing is flushed to the disk for good. Every
        // world of a test has a pool of its own, and a test may have sixteen worlds.
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=1000 \
             -c fsync=off -c full_page_writes=off -c shared_buffers=64MB"
        );
        let mut start = self.command("pg_ctl");
        start.args(["start", "--wait", "--timeout=60", "--silent", "--options", &options]);
        start.arg("--pgdata").arg(self.data()).arg("--log").arg(self.folder.path().join("log"));
        run(start).map_err(|error| {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            format!("{error}\n{log}").into()
        })
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(self.folder.path()).env_clear().env("LC_ALL", "C").env("TZ", "UTC");
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--mode=immediate", "--wait", "--silent"]).arg("--pgdata").arg(self.data());
        if let Err(error) = run(stop) {
            tell(&format!("the test's PostgreSQL server was not stopped: {error}"));
        }
    }
}

#[expect(clippy::print_stderr, reason = "there is nobody to give the error to")]
fn tell(text: &str) {
    eprintln!("{text}");
}

fn run(mut command: Command) -> Result<(), Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    // Files rather than pipes would do; a server that inherits a pipe keeps it open.
    let done = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if done.success() { Ok(()) } else { Err(format!("{program}: {done}").into()) }
}

/// `bin` of the newest version below the folder where Debian puts them.
fn newest() -> Result<PathBuf, Error> {
    let versions = Path::new("/usr/lib/postgresql");
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(versions)
        .map_err(|_| "there is no PostgreSQL server below /usr/lib/postgresql")?
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").exists())
        .collect();
    found.sort();
    let newest = found.pop().ok_or("there is no PostgreSQL server below /usr/lib/postgresql")?;
    Ok(newest.1)
}

/// The user and group that PostgreSQL runs as when started by root, which it refuses.
fn unprivileged() -> Result<(u32, u32), Error> {
    let users = fs::read_to_string("/etc/passwd")?;
    let line = ["postgres", "nobody"]
        .iter()
        .find_map(|name| users.lines().find(|line| line.split(':').next() == Some(name)))
        .ok_or("there is no user to run PostgreSQL as")?;
    let mut fields = line.split(':').skip(2);
    let mut number = || -> Result<u32, Error> { Ok(fields.next().unwrap_or_default().parse()?) };
    Ok((number()?, number()?))
}
