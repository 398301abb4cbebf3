//! sourcepilot-migrations
