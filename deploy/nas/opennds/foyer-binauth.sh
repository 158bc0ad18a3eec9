#!/bin/sh
# Foyer's BinAuth for openNDS: lets in only whom Foyer's portal granted access, under the limits
# the portal set, and tells the portal when a guest's session begins and ends, since openNDS sends
# no accounting. POSIX sh; needs sha256sum, and one of curl, wget or uclient-fetch.
#
# Its settings, readable by root alone, are in /etc/foyer/opennds.conf:
#   portal=http://10.1.0.2:8080    the portal, as this router reaches it
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

deny() { # reason
	say warning "access denied: $1"
	echo "0 0 0 0 0"
	exit 1
}

# The custom text is hid.mac.seconds.uploadKbps.downloadKbps.kilobytes.signature, and 0 is no limit.
# It is bound to this guest's token and MAC, so a text made for somebody else opens nothing.
authorize() { # mac token custom
	case $3 in
	'' | *[!0-9a-f.]*) deny "the request carries no grant of the portal" ;;
	esac
	message=${3%.*}
	[ "${3##*.}" = "$(sign grant "$message")" ] || deny "the grant is not signed by the portal"
	mac=$(plain_mac "$1")
	hid=$(hash_token "$2")
	IFS=.
	# shellcheck disable=SC2086 # split into its parts
	set -- $message
	unset IFS
	[ $# -eq 6 ] || deny "the grant has not the form this script knows"
	[ "$1" = "$hid" ] || deny "the grant is another session's"
	[ "$2" = "$mac" ] || deny "the grant is another device's"
	# openNDS counts upload and download apart; each may take the whole volume.
	echo "$(digits "$3") $(digits "$4") $(digits "$5") $(digits "$6") $(digits "$6")"
	exit 0
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
	for pause in 0 1 5 20 60 120 240; do
		sleep "$pause"
		message="at=$(date +%s)&$facts"
		post "$message&signature=$(sign event "$message")" && return
	done
	say err "the portal at $portal did not take the report of $1; see that it runs and can be reached"
}

# shellcheck source=/dev/null
[ -r "$config" ] && . "$config"
case "$portal$fas_key$interface" in
'') deny "no settings in $config" ;;
esac

case $1 in
auth_client) authorize "$2" "$6" "$7" ;;
client_auth | ndsctl_auth | *_deauth)
	# In the background with its outputs closed: openNDS waits for both.
	report "$@" </dev/null >/dev/null 2>&1 &
	;;
esac
echo "0 0 0 0 0"
exit 0
