//! A session from its request to a checked file, a running client, or a failure that leaves nothing
//! behind.

mod answers;
mod cancels;
mod files;
mod killed;
mod launches;
mod leftovers;
mod network;
mod redirects;
mod saves;
