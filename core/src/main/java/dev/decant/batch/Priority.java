package dev.decant.batch;

/// Which of the waiting requests runs first.
public enum Priority {
    /// Before all others.
    HIGH,
    /// What a request has that says nothing.
    NORMAL,
    /// After those.
    LOW,
    /// Rows of a bulk job: they fill the time that requests leave.
    BULK
}
