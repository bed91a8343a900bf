package dev.decant.server;

/// The client closed its connection before it got its answer: there is nobody to send one to.
final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClientGoneException() {
        super("the client has gone", null, false, false);
    }
}
