//! Everything that is stored in a database, as bytes to be searched.

use std::path::PathBuf;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, DbErr, Statement};

/// Of a SQLite database its files as they lie on the disk, freed pages included; of a
/// PostgreSQL database every column of every row.
///
/// # Errors
/// When the database does not answer.
pub async fn stored(url: &str) -> Result<Vec<(String, Vec<u8>)>, DbErr> {
    match url.strip_prefix("sqlite:") {
        Some(file) => Ok(files(file.trim_start_matches("//").split('?').next().unwrap_or_default())),
        None => rows(url).await,
    }
}

/// The log of changes before the file into which they are moved.
fn files(file: &str) -> Vec<(String, Vec<u8>)> {
    let name = |end: &str| format!("database file{end}");
    let ends = ["-wal", "-journal", ""].into_iter();
    ends.filter_map(|end| Some((name(end), std::fs::read(PathBuf::from(format!("{file}{end}"))).ok()?)))
        .collect()
}

async fn rows(url: &str) -> Result<Vec<(String, Vec<u8>)>, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    let ask = async |sql: String| {
        let rows = db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        rows.iter()
            .map(|row| Ok((row.try_get_by_index::<String>(0)?, row.try_get_by_index::<String>(1)?)))
            .collect::<Result<Vec<(String, String)>, DbErr>>()
    };
    let tables = "SELECT table_name::text, ''::text FROM information_schema.tables \
                  WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'";
    // One question for all of them; bytes stand in it as hex.
    let all: Vec<String> = ask(tables.to_owned())
        .await?
        .iter()
        .map(|(table, _)| {
            format!("SELECT '{table}'::text, coalesce(string_agg(row_to_json(t)::text, E'\\n'), '') FROM \"{table}\" t")
        })
        .collect();
    let found = ask(all.join(" UNION ALL ")).await?;
    db.close().await?;
    Ok(found.into_iter().map(|(table, rows)| (format!("table {table}"), rows.into_bytes())).collect())
}
