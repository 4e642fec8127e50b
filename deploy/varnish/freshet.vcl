# Varnish before Freshet, purged by tag. Needs Debian's packages `varnish` (7.1 or newer) and `varnish-modules` (xkey).
#
#   [fronts.edge]
#   kind = "varnish"
#   urls = ["http://127.0.0.1:6081"]
#
# and the same secret as FRESHET_FRONT_EDGE_KEY for purge-api and as FRESHET_FRONT_KEY in varnishd's environment.
vcl 4.1;

import std;
import xkey;

backend freshet {
  .host = "127.0.0.1";
  .port = "8080";
}

# Who may purge, beside having the key: purge-api.
acl freshet_purgers {
  "127.0.0.1";
  "::1";
}

sub vcl_recv {
  if (req.method == "PURGE") {
    if (client.ip !~ freshet_purgers) {
      return (synth(403, "Forbidden"));
    }
    # Without a key in the environment the address alone decides.
    if (std.getenv("FRESHET_FRONT_KEY") != "" &&
        req.http.Authorization != "Bearer " + std.getenv("FRESHET_FRONT_KEY")) {
      return (synth(403, "Forbidden"));
    }
    if (req.http.Freshet-Tags == "" || !req.http.Freshet-Tags) {
      return (synth(400, "Freshet-Tags is missing"));
    }
    # Soft: out of date at once, but served for the grace below while it is fetched again.
    if (req.http.Freshet-Mode == "soft") {
      set req.http.Freshet-Count = xkey.softpurge(req.http.Freshet-Tags);
    } else {
      set req.http.Freshet-Count = xkey.purge(req.http.Freshet-Tags);
    }
    return (synth(200, "Purged " + req.http.Freshet-Count));
  }
  # Pictures do not depend on cookies, and Varnish would not keep answers to requests with one.
  unset req.http.Cookie;
}

sub vcl_backend_response {
  set beresp.http.xkey = beresp.http.Surrogate-Key;
  # As long as Freshet itself answers with old pictures after a soft purge, and no longer.
  set beresp.grace = 60s;
  # For asking with If-None-Match once grace is over: an unchanged picture is not sent again.
  set beresp.keep = 1d;
}

sub vcl_deliver {
  unset resp.http.xkey;
}
