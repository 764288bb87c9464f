//! What is executed, as the kernel sees it: the client and nothing else (trust.md T1).
