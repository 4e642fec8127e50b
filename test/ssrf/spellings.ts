/**
 * Ways to write hosts that must not be fetched from, each as it may stand in a URL. Most of them are this machine, where a
 * canary listens.
 */
export const spellings: readonly string[] = [
  // IPv4, in all the forms that the WHATWG URL standard and inet_aton know.
  ..."127.0.0.1 127.0.0.1. 127.1 127.0.1 127.000.000.001 127.00.0.1 127.255.255.254 127.127.127.127".split(
    " ",
  ),
  ..."2130706433 0x7f000001 0x7F000001 0x7f.0.0.1 0x7f.0x0.0x0.0x1 0x7f.1 0x7f.0.1 0x00000000007f000001".split(
    " ",
  ),
  ..."0177.0.0.1 0177.1 0177.0.1 017700000001 0177.0x0.0.1 00000177.0.0.1 0177.0000.00000.01 127.0x1 127.0.0x1".split(
    " ",
  ),
  ..."0x7f.00000001 0177.0x0000001 127.65537 127.0.257 0 0.0.0.0 0x0 00 0.0 0.0.0 000.000.000.000".split(" "),
  // The same with characters that become digits and dots.
  ..."127。0。0。1 127．0．0．1 127｡0｡0｡1 １２７.０.０.１ １２７。０。０。１ ①②⑦.⓪.⓪.① 𝟏𝟐𝟕.𝟎.𝟎.𝟏 ¹²⁷.⁰.⁰.¹".split(
    " ",
  ),
  ..."%31%32%37.0.0.1 127%2E0%2E0%2E1 127.0.0.%31 %30x7f.1 127.0.0.1%2e 127%E3%80%82%30.0.1".split(" "),
  // Names of loopback.
  ..."localhost LOCALHOST LocalHost loc%61lhost %6cocalhost ｌｏｃａｌｈｏｓｔ localhost. LOCALHOST. ⓛⓞⓒⓐⓛⓗⓞⓢⓣ".split(
    " ",
  ),
  ..."localhost.localdomain ip6-localhost ip6-loopback a.localhost".split(" "),
  // IPv6, and IPv4 inside of it.
  ..."[::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::0001] [0::1] [::0.0.0.1] [::]".split(
    " ",
  ),
  ..."[::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:7F00:0001] [0:0:0:0:0:ffff:127.0.0.1] [0:0:0:0:0:ffff:7f00:1]".split(
    " ",
  ),
  ..."[::127.0.0.1] [::7f00:1] [::ffff:0:127.0.0.1] [::ffff:0:0:7f00:1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1]".split(
    " ",
  ),
  ..."[64:ff9b:1::7f00:1] [2002:7f00:1::] [2002:7f00:0001::1] [2001:0:7f00:1::] [2001:0:4136:e378:8000:63bf:80ff:fffe]".split(
    " ",
  ),
  ..."[2001:470:1:2:0:5efe:7f00:1] [2001:470:1:2:200:5efe:127.0.0.1] [::ffff:0.0.0.0] [::ffff:a9fe:a9fe]".split(
    " ",
  ),
  ..."[::1%25lo] [fe80::1%25eth0] [::1]. [::%31] [::1]%00".split(" "),
  // Other places that are nobody's business.
  ..."169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 [fd00:ec2::254] [fe80::1]".split(
    " ",
  ),
  ..."10.0.0.1 167772161 0xa.1 012.1 172.16.0.1 172.31.255.255 192.168.0.1 192.168.257 100.64.0.1 100.100.100.200".split(
    " ",
  ),
  ..."224.0.0.1 239.1.1.1 255.255.255.255 198.18.0.1 192.0.2.1 203.0.113.7 240.0.0.1 [ff02::1] [fc00::1] [2001:db8::1]".split(
    " ",
  ),
  // Whose host is which?
  ..."user@127.0.0.1 user:pass@127.0.0.1 example.com@127.0.0.1 example.com:80@127.0.0.1 example.com%40127.0.0.1".split(
    " ",
  ),
  ..."127.0.0.1%23.example.com 127.0.0.1%2f.example.com 127.0.0.1%5c.example.com 127.0.0.1\\.example.com".split(
    " ",
  ),
  ..."example.com%00.127.0.0.1 127.0.0.1%00.example.com 127.0.0.1%09 %20127.0.0.1 127.0.0.1%20 127.0.0.1%0d%0a".split(
    " ",
  ),
  ..."127.0.0.1;example.com 127.0.0.1,example.com 127..0.0.1 .127.0.0.1 127.0.0.1.. 1.1.1.1@127.0.0.1".split(
    " ",
  ),
];
