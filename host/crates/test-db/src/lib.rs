//! sourcepilot-test-db
