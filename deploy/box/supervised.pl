#!/usr/bin/perl
# Runs the program that follows with a socket to the system's supervisor already open, and becomes it:
# its process id stays the service's. sd_notify(3) wants a datagram to a Unix socket, which Node.js cannot
# open but can write to. perl-base is on every Debian (Essential: yes).
use strict;
use warnings;
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Socket qw(AF_UNIX SOCK_DGRAM pack_sockaddr_un);

@ARGV or die "supervised: give the program to run\n";
my $address = $ENV{NOTIFY_SOCKET};
if (defined $address && $address ne '') {
    # unix(7): an abstract address begins with a zero octet, which an environment cannot hold.
    $address =~ s/^@/\0/;
    # Descriptors up to this one outlive exec.
    $^F = 63;
    my $socket;
    if (socket($socket, AF_UNIX, SOCK_DGRAM, 0) && connect($socket, pack_sockaddr_un($address))) {
        # A supervisor that does not read must not hold guests up.
        fcntl($socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK);
        $ENV{FOYER_NOTIFY_DESCRIPTOR} = fileno($socket);
        exec { $ARGV[0] } @ARGV or die "supervised: $ARGV[0] cannot be run: $!\n";
    }
    warn "supervised: $ENV{NOTIFY_SOCKET} does not answer: $!\n";
}
exec { $ARGV[0] } @ARGV or die "supervised: $ARGV[0] cannot be run: $!\n";
