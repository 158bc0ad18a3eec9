#!/bin/sh
# Foyer's BinAuth for openNDS: lets in only whom Foyer's portal granted access, under the limits
# the portal set, and tells the portal when a guest's session begins and ends, since openNDS sends
# no accounting. POSIX sh; needs sha256sum, and one of curl, wget or uclient-fetch.
#
# Its settings, readable by root alone, are in /etc/foyer/opennds.conf:
#   portal=http://10.1.0.2         the portal, as this router reaches it
#   fas_key=…                      the same as faskey in openNDS
#   interface=br-lan               the same as gatewayinterface in openNDS
#
# Everything between this script and the portal is signed with
# sha256(fas_key LF purpose LF message LF fas_key).

config=${FOYER_OPENNDS_CONFIG:-/etc/foyer/opennds.conf}

# Ranges such as a-f mean ASCII.
export LC_ALL=C

say() {
	logger -t foyer-binauth -p "daemon.$1" "$2" 2>/dev/null
}

sign() { # purpose message
	printf '%s\n%s\n%s\n%s' "$fas_key" "$1" "$2" "$fas_key" | sha256sum | cut -c 1-64
}

hash_token() { # token
	printf '%s' "$1" | sha256sum | cut -c 1-64
}

plain_mac() { # aa:bb:cc:dd:ee:ff
	printf '%s' "$1" | tr -d ':-' | tr 'A-F' 'a-f'
}

digits() { # a number, or 0 for what is none
	case $1 in
	'' | *[!0-9]*) printf 0 ;;
	*) printf '%s' "$1" ;;
	esac
}

# The custom text is hid.mac.ticket.seconds.uploadKbps.downloadKbps.kilobytes.signature; 0 is no limit.
# Where upload and download may take volumes of their own, their kilobytes are two.
# It is bound to this guest's token and MAC, so a text made for somebody else opens nothing.
# Prints the limits as openNDS takes them, or fails and says why.
read_grant() { # mac token custom
	case $3 in
	'' | *[!0-9A-Za-z_.-]*) say warning "no grant of the portal" && return 1 ;;
	esac
	message=${3%.*}
	if [ "${3##*.}" != "$(sign grant "$message")" ]; then
		say warning "a grant that the portal did not sign"
		return 1
	fi
	case $message in
	"$(hash_token "$2").$(plain_mac "$1")."*.*.*.*.*) ;;
	*) say warning "a grant of another session or device" && return 1 ;;
	esac
	limits=${message#*.*.*.}
	case $limits in
	*.*.*.*.*) ;;
	# openNDS counts upload and download apart; each may take the whole volume.
	*) limits=$limits.${limits##*.} ;;
	esac
	printf '%s\n' "$limits" | tr . ' '
}

# At FAS levels 3 and 4 authmon lets a guest in, by ndsctl, and brings the ticket alone: in base64, with
# some letters escaped on the way. The portal checks whose it is.
read_ticket() { # custom
	text=$(printf '%s' "$1" | sed 's/%3[dD]/=/g; s/%2[bB]/+/g; s/%2[fF]/\//g' | base64 -d 2>/dev/null)
	case $text in
	'' | *[!0-9A-Za-z_-]*) return 1 ;;
	*) printf '%s' "$text" ;;
	esac
}

# openNDS 9.10 lets a guest in when this script fails, whatever it prints, and refuses one only on
# success without a word. Should another version read that differently, it will tell of the log-in
# next, and whoever has no grant then is put out.
put_out() { # mac
	for pause in 1 2 4 8; do
		sleep "$pause"
		ndsctl deauth "$1" && return
	done
}

post() { # form body
	url="$portal/nas/opennds/event"
	if command -v curl >/dev/null; then
		printf '%s' "$1" | curl -fsS -m 10 -o /dev/null --data-binary @- "$url"
	elif command -v uclient-fetch >/dev/null; then
		uclient-fetch -q -T 10 -O /dev/null --post-data="$1" "$url"
	else
		wget -q -T 10 -t 1 -O /dev/null --post-data="$1" "$url"
	fi
}

# Signed anew at each try, since the portal refuses a message that is minutes old.
report() { # method mac incoming outgoing start end token
	gateway=$(plain_mac "$(cat "/sys/class/net/$interface/address")")
	facts="gatewaymac=$gateway&method=$1&mac=$(plain_mac "$2")&hid=$(hash_token "$7")"
	facts="$facts&incoming=$(digits "$3")&outgoing=$(digits "$4")&start=$(digits "$5")&end=$(digits "$6")"
	# With the log-in the ticket comes back: by it the portal knows whose device this is.
	[ -n "$ticket" ] && facts="$facts&ticket=$ticket"
	for pause in $pauses; do
		sleep "$pause"
		message="at=$(date +%s)&$facts"
		post "$message&signature=$(sign event "$message")" && return
	done
	say err "the portal at $portal did not take the report of $1; see that it runs and can be reached"
}

# shellcheck source=/dev/null
[ -r "$config" ] && . "$config"
if [ -z "$portal" ] || [ -z "$fas_key" ] || [ -z "$interface" ]; then
	say err "portal, fas_key and interface are not all set in $config: nobody is let in"
	exit 0
fi

# What takes time goes on in the background, with its outputs closed: openNDS waits for both. When
# openNDS ends, what it left in the background ends with it; so then there is one try, at once.
pauses="0 1 5 20 60 120 240"
ticket=
case $1 in
auth_client) read_grant "$2" "$6" "$7" ;;
client_auth)
	if read_grant "$2" "$7" "$8" >/dev/null; then
		ticket=$(printf '%s' "$8" | cut -d . -f 3)
		report "$@" </dev/null >/dev/null 2>&1 &
	else
		put_out "$2" </dev/null >/dev/null 2>&1 &
	fi
	;;
shutdown_deauth) pauses=0 && report "$@" </dev/null >/dev/null 2>&1 ;;
ndsctl_auth)
	# Without a ticket it was this router's own ndsctl, which lets in whom it likes.
	ticket=$(read_ticket "$8")
	report "$@" </dev/null >/dev/null 2>&1 &
	;;
*_deauth) report "$@" </dev/null >/dev/null 2>&1 & ;;
esac
exit 0
