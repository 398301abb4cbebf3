//! Recurring work that one process at a time does. Who holds a schedule does the
//! work until the time that stands beside the name.

crate::ddl::migration! {
    up: [
        "CREATE TABLE schedules (
            name TEXT NOT NULL,
            holder TEXT NOT NULL,
            held_until {time} NOT NULL,
            CONSTRAINT pk_schedules PRIMARY KEY (name)
        ) {end}",
    ],
    down: ["DROP TABLE schedules"],
}
