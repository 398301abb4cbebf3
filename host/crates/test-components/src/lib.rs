//! sourcepilot-test-components
