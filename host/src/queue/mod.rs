//! What can be put into the queue: one payload per kind of job. Payloads carry ids,
//! not copies, and outlive the code that wrote them: a deploy meets a full queue.

pub mod password_reset;
pub mod process_import;
