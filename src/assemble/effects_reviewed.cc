// The maintainer scripts that an image needs something of, each reviewed, with the effects that stand for it.
// The grammar is in effects_table.h; a block's newer releases stand below its older ones.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/effects_table.h"

namespace hauberk {

std::string_view scripts_with_effects() {
  return R"table(
script apt postinst
sha256 e305b2e6580bd834d88640a04d83706a8b6e9138424e7273b02e36606655b79d 2.6.1 2.6.2
sha256 799f93260841676d2eee8f4c132d2613ec6b0a84fd69e67ddaf0dc1689cbc041 3.0.4
user _apt - nogroup /nonexistent /usr/sbin/nologin
script base-files postinst
sha256 9d835f80f3815b5e5f49034027e9126e40d74c725e11cd37d4ae95dc490d209f 12.4+deb12u15
directory mnt 0755 0 0
directory srv 0755 0 0
directory opt 0755 0 0
directory etc/opt 0755 0 0
directory var/opt 0755 0 0
directory media 0755 0 0
directory var/mail 2775 0 8
symlink var/spool/mail ../mail
symlink var/run /run
symlink var/lock /run/lock
directory usr/local 0755 0 0
directory usr/local/share 0755 0 0
directory usr/local/bin 0755 0 0
directory usr/local/games 0755 0 0
directory usr/local/lib 0755 0 0
directory usr/local/include 0755 0 0
directory usr/local/sbin 0755 0 0
directory usr/local/src 0755 0 0
directory usr/local/etc 0755 0 0
symlink etc/dpkg/origins/default debian
[when usr/bin/sh] copy usr/share/base-files/profile etc/profile 0644
[when usr/bin/bash] copy usr/share/base-files/profile etc/profile 0644
[when usr/bin/bash] copy usr/share/base-files/dot.profile root/.profile 0644
[when usr/bin/bash] copy usr/share/base-files/dot.bashrc root/.bashrc 0644
[dpkg] copy usr/share/base-files/motd etc/motd 0644
script base-files postinst
sha256 40d3b9308c8e180dbb0d8cdf3a2bb4d795b37815807a864e474e84bbc56a2660 13.8+deb13u8
sha256 c3afcbe1aa12e56b62955e75bbf432f21446c4901e66f19468f68351791b08be 13.8+deb13u8
directory mnt 0755 0 0
directory srv 0755 0 0
directory opt 0755 0 0
directory etc/opt 0755 0 0
directory var/opt 0755 0 0
directory media 0755 0 0
directory var/mail 2775 0 8
symlink var/spool/mail ../mail
symlink var/run /run
symlink var/lock /run/lock
directory usr/local 0755 0 0
directory usr/local/share 0755 0 0
directory usr/local/bin 0755 0 0
directory usr/local/games 0755 0 0
directory usr/local/lib 0755 0 0
directory usr/local/libexec 0755 0 0
directory usr/local/include 0755 0 0
directory usr/local/sbin 0755 0 0
directory usr/local/src 0755 0 0
directory usr/local/etc 0755 0 0
symlink etc/dpkg/origins/default debian
[when usr/bin/sh] copy usr/share/base-files/profile etc/profile 0644
[when usr/bin/bash] copy usr/share/base-files/profile etc/profile 0644
[when usr/bin/bash] copy usr/share/base-files/dot.profile root/.profile 0644
[when usr/bin/bash] copy usr/share/base-files/dot.bashrc root/.bashrc 0644
[dpkg] copy usr/share/base-files/motd etc/motd 0644
script base-passwd postinst
sha256 c372532e5cba8abf8fd60fba244ddb537fef4807ce0624698dafb4d21866710c 3.6.1
base-passwd
script base-passwd postinst
sha256 1cff0ea9b8dd12bcb4f6da505bdbd225c905df423f89f4a1be871667ab40c7c6 3.6.7
base-passwd
[dpkg] file etc/subuid 0644
[dpkg] file etc/subgid 0644
script bash postinst
sha256 4ee998c2d9d3b5f7bb6870a1c0be598c7e426d8af3efc2c89b5b175ec36e755c 5.2.15-2+b13
sha256 6d1b5aafa381703582cefe6ba5e4b7b0cfa7f10b0b0a9b299361c4afd5172a21 5.2.37-2+b10
[unless usr/bin/sh] symlink usr/bin/sh bash
alternative builtins.7.gz /usr/share/man/man7/builtins.7.gz /usr/share/man/man7/bash-builtins.7.gz 10
script ca-certificates postinst
sha256 bbad2df5d3c5e3d787789275830bc5b597fe6e9218a99516947a079dcae9e262 20230311+deb12u1 20250419+deb13u1 +
ca-bundle
[dpkg] directory usr/local/share/ca-certificates 0755 0 0
[when usr/lib/{triplet}/libssl.so.3] symlink usr/lib/ssl/certs /etc/ssl/certs
[when usr/lib/{triplet}/libssl.so.3] symlink usr/lib/ssl/cert.pem /etc/ssl/certs/ca-certificates.crt
script cpio postinst
sha256 abc65fad1bc0a966c5924050dad8c19ff9d373d3389831797fffeeb949698539 2.13+dfsg-7.1
alternative mt /bin/mt /bin/mt-gnu 10 slave mt.1.gz /usr/share/man/man1/mt.1.gz \
    /usr/share/man/man1/mt-gnu.1.gz
script cpio postinst
sha256 01c8c1d3e914af07df5b98d15432edd3701e7ab828adf3ee5b091a895f7a1879 2.15+dfsg-2
alternative mt /usr/bin/mt /usr/bin/mt-gnu 10 slave mt.1.gz /usr/share/man/man1/mt.1.gz \
    /usr/share/man/man1/mt-gnu.1.gz
script cpp postinst
sha256 627ec7f1abf5cf235c5ba2e2a1e6cda843f1339fde00e88f46ab69158c35f2f6 4:12.2.0-3
sha256 41f5fe9ad126f4816e0f360f1dafd5c9d42d78c05c5a6dca4bd5e9f5a67075ae 4:14.2.0-1
sha256 4b009e9c54188da9701519544eedaae23ba574e0294bfbb93f0879571d7e0f93 4:14.2.0-1
alternative cpp /lib/cpp /usr/bin/cpp 10
script cron-daemon-common postinst
sha256 e77718cda92812f9c359d7f4fb4f5bbd0d39024dcafda400218f59d08e247319 3.0pl1-162
sha256 4c926d4f2b02abc3107252f8dd3705c20990e7b9d8829a79c028b683fb379076 3.0pl1-197
group crontab -
script debianutils postinst
sha256 a29569bd90a26a6eb8338afefbd7772b9dec3200379896a3d2d523fcc7a134d8 5.7-0.5~deb12u1
sha256 d15926d4a2130c02b368e2a609fbeb563455355e717007937e36893f88668eff 5.23.2
[dpkg] shells
alternative which /usr/bin/which /usr/bin/which.debianutils 0 slave which.1.gz \
    /usr/share/man/man1/which.1.gz /usr/share/man/man1/which.debianutils.1.gz slave which.de1.gz \
    /usr/share/man/de/man1/which.1.gz /usr/share/man/de/man1/which.debianutils.1.gz slave which.es1.gz \
    /usr/share/man/es/man1/which.1.gz /usr/share/man/es/man1/which.debianutils.1.gz slave which.fr1.gz \
    /usr/share/man/fr/man1/which.1.gz /usr/share/man/fr/man1/which.debianutils.1.gz slave which.it1.gz \
    /usr/share/man/it/man1/which.1.gz /usr/share/man/it/man1/which.debianutils.1.gz slave which.ja1.gz \
    /usr/share/man/ja/man1/which.1.gz /usr/share/man/ja/man1/which.debianutils.1.gz slave which.pl1.gz \
    /usr/share/man/pl/man1/which.1.gz /usr/share/man/pl/man1/which.debianutils.1.gz slave which.sl1.gz \
    /usr/share/man/sl/man1/which.1.gz /usr/share/man/sl/man1/which.debianutils.1.gz
script dhcpcd-base postinst
sha256 c4b892b7e8dba840ef3b10c4c8362203bc2826da7e8a577dd9c6292753e5aa05 1:10.1.0-11+deb13u5
user dhcpcd - nogroup /usr/lib/dhcpcd /bin/false
script dpkg postinst
sha256 46dccfe29646a5cd280aefcb889c78fe64246dd7a9cc8f0303d4c317a95c585b 1.22.22
[dpkg] file var/lib/dpkg/arch-native 0644 {architecture}\n
script fontconfig-config postinst
sha256 165122035bb1d47cb53e06dec2d77817b46c28368495e9c7f87a576ebc6d2d47 2.14.1-4
symlink etc/fonts/conf.d/10-hinting-slight.conf /usr/share/fontconfig/conf.avail/10-hinting-slight.conf
symlink etc/fonts/conf.d/70-no-bitmaps.conf /usr/share/fontconfig/conf.avail/70-no-bitmaps.conf
script fontconfig-config postinst
sha256 938926ea6d250e93ad844328613505a232420f66f126158f83785c16ec7d602a 2.15.0-2.3
symlink etc/fonts/conf.d/10-hinting-slight.conf /usr/share/fontconfig/conf.avail/10-hinting-slight.conf
symlink etc/fonts/conf.d/10-sub-pixel-none.conf /usr/share/fontconfig/conf.avail/10-sub-pixel-none.conf
symlink etc/fonts/conf.d/70-no-bitmaps-except-emoji.conf \
    /usr/share/fontconfig/conf.avail/70-no-bitmaps-except-emoji.conf
script g++ postinst
sha256 3f30a71243d28a15290c94c67305fd2ca6ab8482a4e376ad46c756c9338ec830 4:12.2.0-3 4:14.2.0-1
alternative c++ /usr/bin/c++ /usr/bin/g++ 20
script gawk postinst
sha256 95e1e850c9df6ac5534ec74e67f94b3f1e579216d54ce7e83a06860dc6c40439 1:5.2.1-2 1:5.2.1-2+b1 1:5.2.1-2+b2
alternative awk /usr/bin/awk /usr/bin/gawk 10 slave awk.1.gz /usr/share/man/man1/awk.1.gz \
    /usr/share/man/man1/gawk.1.gz slave nawk /usr/bin/nawk /usr/bin/gawk slave nawk.1.gz \
    /usr/share/man/man1/nawk.1.gz /usr/share/man/man1/gawk.1.gz
script gcc postinst
sha256 18bb49fb1cc9cf342c531baf05991d8c6f4c445ad980a2bd757154912055d16d 4:12.2.0-3 4:14.2.0-1
alternative cc /usr/bin/cc /usr/bin/gcc 20
alternative c89 /usr/bin/c89 /usr/bin/c89-gcc 20 slave c89.1.gz /usr/share/man/man1/c89.1.gz \
    /usr/share/man/man1/c89-gcc.1.gz
alternative c99 /usr/bin/c99 /usr/bin/c99-gcc 20 slave c99.1.gz /usr/share/man/man1/c99.1.gz \
    /usr/share/man/man1/c99-gcc.1.gz
script git-lfs postinst
sha256 52dfb13b4d6f6ad718c3dc37fbf40d4272f94ee124591e10a46fc9634b0fe057 3.3.0-1+deb12u1 3.3.0-1+deb12u2 +
file etc/gitconfig 0644 [filter "lfs"]\n\tclean = git-lfs clean -- %f\n\tsmudge = git-lfs smudge -- \
    %f\n\tprocess = git-lfs filter-process\n\trequired = true\n
script gnu-which postinst
sha256 3e3011674debbdbec69ff8b5739fe59827c515e57ba8b315a3064a83bd2d5f54 2.21+dfsg-2
sha256 42087bde88d03b5d37500006a3221bd012283c5e9f60fb1fd890d6155653f20f 2.21+dfsg-5
sha256 b826d60fb10170afe955091589545595cb01e0ae06e00f6d390dfecb948597a9 2.21+dfsg-5+b1
alternative which /usr/bin/which /usr/bin/which.gnu 400 slave which.1.gz /usr/share/man/man1/which.1.gz \
    /usr/share/man/man1/which.gnu.1.gz
script less postinst
sha256 a33a1e6ef5a22e63a66e42853fc0bcff3107b4653d7b5cea891354a5f28db6c4 590-2.1~deb12u2 668-1
alternative pager /usr/bin/pager /usr/bin/less 77 slave pager.1.gz /usr/share/man/man1/pager.1.gz \
    /usr/share/man/man1/less.1.gz
script libc-bin postinst
sha256 3daa7e3ffd429c1d77287f0fc840a490a607697906d2303452f70578647ce0d4 2.36-9+deb12u14 2.36-9+deb12u7 +
copy usr/share/libc-bin/nsswitch.conf etc/nsswitch.conf 0644
script libc6 postinst
sha256 21a471a4fb29dd983b61999088fa3d26b892147f729049db648eb839a464beda 2.36-9+deb12u14
sha256 9fcc0b18ae47897e957151d2bacec1cdf3d1fe58dcd9d9fe5a7e69f98f765293 2.36-9+deb12u7
sha256 ff2a3a7a0e74ceac331ca5ad22e7ef57c974a7b891a9b1e7f3def4377ec6f1b5 2.41-12+deb13u5
[unless usr/share/libc-bin/nsswitch.conf] file etc/nsswitch.conf 0644 passwd: files\ngroup: files\nshadow: \
    files\nhosts: files dns\n
script libnginx-mod-http-auth-pam postinst
sha256 36bb22e113af13a7c15918d03fa3f87a7bc2fc5fd0a620f52d1679a182b19e66 1:1.5.3-3 1:1.5.5-3
symlink etc/nginx/modules-enabled/50-mod-http-auth-pam.conf \
    /usr/share/nginx/modules-available/mod-http-auth-pam.conf
script libnginx-mod-http-cache-purge postinst
sha256 7a6b1349e99e74f42b289c234c168980fcb511800b10882979dff5ad17f1375f 1:2.3-4 1:2.5.3-3
symlink etc/nginx/modules-enabled/50-mod-http-cache-purge.conf \
    /usr/share/nginx/modules-available/mod-http-cache-purge.conf
script libnginx-mod-http-dav-ext postinst
sha256 8e1ce2ac2234797fe97586af082e2227b7b1eb887e5c08db39a91163ce29a777 1:3.0.0-3 1:3.0.0-6
symlink etc/nginx/modules-enabled/50-mod-http-dav-ext.conf \
    /usr/share/nginx/modules-available/mod-http-dav-ext.conf
script libnginx-mod-http-echo postinst
sha256 2e3eb370c115f514afac2ac98a3ba98e07ad56bbf6c94c615eff840cf20c545d 1:0.63-4 1:0.63-7
symlink etc/nginx/modules-enabled/50-mod-http-echo.conf /usr/share/nginx/modules-available/mod-http-echo.conf
script libnginx-mod-http-fancyindex postinst
sha256 54125b16e21e77a922ea1e5f75c3e05fa5ccbda281dbabd2f0e91f2665230a3f 1:0.5.2-3 1:0.5.2-6
symlink etc/nginx/modules-enabled/50-mod-http-fancyindex.conf \
    /usr/share/nginx/modules-available/mod-http-fancyindex.conf
script libnginx-mod-http-geoip postinst
sha256 06e3d7222e926735d8b2aa7c1df109f9a26fa7f8c40b85ab4057fe58f9fe3d9e 1.22.1-9+deb12u11 1.22.1-9+deb12u9 +
symlink etc/nginx/modules-enabled/50-mod-http-geoip.conf \
    /usr/share/nginx/modules-available/mod-http-geoip.conf
script libnginx-mod-http-geoip2 postinst
sha256 61233838f005434d24baa806c277b9a49d43efe4e4f071ab30bd22a570e4fa67 1:3.4-3 1:3.4-6
symlink etc/nginx/modules-enabled/50-mod-http-geoip2.conf \
    /usr/share/nginx/modules-available/mod-http-geoip2.conf
script libnginx-mod-http-headers-more-filter postinst
sha256 53aba71acbcf6091c4365393627d1c9e7b1a2a8f5c06d05067d76f61552bf811 1:0.34-3 1:0.38-2
symlink etc/nginx/modules-enabled/50-mod-http-headers-more-filter.conf \
    /usr/share/nginx/modules-available/mod-http-headers-more-filter.conf
script libnginx-mod-http-image-filter postinst
sha256 b0384f9fe378311a32ac78b13743c4e38d6059daa71a8fbeabbd8985b5aa2995 1.22.1-9+deb12u11 1.22.1-9+deb12u9 +
symlink etc/nginx/modules-enabled/50-mod-http-image-filter.conf \
    /usr/share/nginx/modules-available/mod-http-image-filter.conf
script libnginx-mod-http-lua postinst
sha256 9fdb926be0cdbf7db6382333903c8579a863815d1ed07f28354b848a5e9b1ae5 1:0.10.23-1+deb12u1 1:0.10.28-2
symlink etc/nginx/modules-enabled/50-mod-http-lua.conf /usr/share/nginx/modules-available/mod-http-lua.conf
script libnginx-mod-http-ndk postinst
sha256 7a957bbc9a8de3cddf98653e5c9bdf9fd1dea6c6a54aaf8ed2685b55977f13f0 1:0.3.2-3 1:0.3.4-2
symlink etc/nginx/modules-enabled/10-mod-http-ndk.conf /usr/share/nginx/modules-available/mod-http-ndk.conf
script libnginx-mod-http-perl postinst
sha256 a4c67c51906b95acd940eb4d3be9081703a09d1720e3374b1a963c8796e76adc 1.22.1-9+deb12u11 1.22.1-9+deb12u9 +
symlink etc/nginx/modules-enabled/50-mod-http-perl.conf /usr/share/nginx/modules-available/mod-http-perl.conf
script libnginx-mod-http-subs-filter postinst
sha256 dbcb37d639a608eecebe1d76d6c1d7ec15e3ce7a046f1b591bd8e6e01e51b24b 1:0.6.4-4 1:0.6.4-7
symlink etc/nginx/modules-enabled/50-mod-http-subs-filter.conf \
    /usr/share/nginx/modules-available/mod-http-subs-filter.conf
script libnginx-mod-http-uploadprogress postinst
sha256 ce4646811197262dc846b20eef1fd6ecceaded5b8d47879f1f973203a1a842f7 1:0.9.2-3 1:0.9.4-2
symlink etc/nginx/modules-enabled/50-mod-http-uploadprogress.conf \
    /usr/share/nginx/modules-available/mod-http-uploadprogress.conf
script libnginx-mod-http-upstream-fair postinst
sha256 6bde38fb3f3d75e68c2501a335d2fae078309926f075dc50ab079362ac4dac87 1:0.0~git20120408.a18b409-3 +
symlink etc/nginx/modules-enabled/50-mod-http-upstream-fair.conf \
    /usr/share/nginx/modules-available/mod-http-upstream-fair.conf
script libnginx-mod-http-xslt-filter postinst
sha256 636646555123d19f1439b1a2ebce5348359f79ddef89cadca243bb906606b882 1.22.1-9+deb12u11 1.22.1-9+deb12u9 +
symlink etc/nginx/modules-enabled/50-mod-http-xslt-filter.conf \
    /usr/share/nginx/modules-available/mod-http-xslt-filter.conf
script libnginx-mod-mail postinst
sha256 7328e2ae9bee860c46fe97c11c49461203f848bcac7e2f5ec15467d9ae6556aa 1.22.1-9+deb12u11 1.22.1-9+deb12u9 +
symlink etc/nginx/modules-enabled/50-mod-mail.conf /usr/share/nginx/modules-available/mod-mail.conf
script libnginx-mod-nchan postinst
sha256 eec8292edd3886479433c952723f821ebcf499964dce7a28fb2485b6f82fd240 1:1.3.6+dfsg-2 1:1.3.7+dfsg-2
symlink etc/nginx/modules-enabled/50-mod-nchan.conf /usr/share/nginx/modules-available/mod-nchan.conf
script libnginx-mod-stream postinst
sha256 5009bec1f5acd04cf62871cb3629bfa7ffc607362a48bb4e6a363d8b237197ac 1.22.1-9+deb12u11 1.22.1-9+deb12u9 +
symlink etc/nginx/modules-enabled/50-mod-stream.conf /usr/share/nginx/modules-available/mod-stream.conf
script libnginx-mod-stream-geoip postinst
sha256 48d6a473c77e3ba281ebcd2d67d9e9a0f43d28765331505f2f2c925361f7c40a 1.22.1-9+deb12u11 1.22.1-9+deb12u9 +
symlink etc/nginx/modules-enabled/70-mod-stream-geoip.conf \
    /usr/share/nginx/modules-available/mod-stream-geoip.conf
script libnginx-mod-stream-geoip2 postinst
sha256 f6e5e3c8df349754672c2ad39982410c9bb9c3934203c73582adfa544feaccf5 1:3.4-3 1:3.4-6
symlink etc/nginx/modules-enabled/70-mod-stream-geoip2.conf \
    /usr/share/nginx/modules-available/mod-stream-geoip2.conf
script libpam-modules postinst
sha256 35c3c5ed8aa0db4849cde8bb585a6a86736e4894ef2983002dbd037408c13c44 1.5.2-6+deb12u2
sha256 ddf77f362eeeb9720f05fa59cc2583aeda90a25ec721dd6807e0eda568ce84d1 1.7.0-5
[dpkg] file etc/security/opasswd 0600
[dpkg] file etc/environment 0644
script libpam-runtime postinst
sha256 df5d1ba9ea9787e230eee0a0a8feaee02265cc30485b6bd9f6828bbedb4eb401 1.5.2-6+deb12u2 1.7.0-5
[dpkg] pam-common
script login postinst
sha256 e9a6ed50ca21329434b74ebbcb397923eecda0948e4c066476dac00bc4aa71c4 1:4.13+dfsg1-1+deb12u2
[dpkg] file etc/subuid 0644
[dpkg] file etc/subgid 0644
script mailcap postinst
sha256 fabb60d6638046f90f4c4330d096548ace08b3886ccce74ea814ef5e98cffa8e 3.70+nmu1
sha256 3b6d66ca9455136455551943306b0dfb9913afe0721307996a540979e5ecd881 3.74
alternative open /usr/bin/open /usr/bin/run-mailcap 30 slave open.1.gz /usr/share/man/man1/open.1.gz \
    /usr/share/man/man1/run-mailcap.1.gz
script mawk postinst
sha256 0daa7ced1404005288d316043ed56f15c3c21060a765cf262393fc2be840024d 1.3.4.20200120-3.1
sha256 216a91194494d22d4f72f5fd96e5b8c0649dee5c81dbaea342c7bb24f365a766 1.3.4.20250131-1
alternative awk /usr/bin/awk /usr/bin/mawk 5 slave awk.1.gz /usr/share/man/man1/awk.1.gz \
    /usr/share/man/man1/mawk.1.gz slave nawk /usr/bin/nawk /usr/bin/mawk slave nawk.1.gz \
    /usr/share/man/man1/nawk.1.gz /usr/share/man/man1/mawk.1.gz
script memcached postinst
sha256 f414572e2b695052060fb6337f5671e2d2326fba3374bec5d6bf35c47b713cd9 1.6.18-1 1.6.18-1+deb12u1
sha256 fa8ec695ab925d838216923b8d1673136fda4a418d3d547927ac60f03dab8a77 1.6.38-1
user memcache - memcache /nonexistent /bin/false
copy usr/share/memcached/memcached.conf.default etc/memcached.conf 0644
script nano postinst
sha256 f8a526d749463f4b2ffcf9a30315288ea15d332cbbdb28aadf045c7ccac8fb08 7.2-1+deb12u1 8.4-1+deb13u1
alternative editor /usr/bin/editor /bin/nano 40 slave editor.1.gz /usr/share/man/man1/editor.1.gz \
    /usr/share/man/man1/nano.1.gz
alternative pico /usr/bin/pico /bin/nano 10 slave pico.1.gz /usr/share/man/man1/pico.1.gz \
    /usr/share/man/man1/nano.1.gz
script netbase postinst
sha256 2fb18184147db995d30a311938458ff14e20382bc97635ccac62512d54d4bad8 6.4
sha256 f1f034ca93a9e934b934239acb18d12904d1a20c5b5dd74730af30dbd480585c 6.5
file etc/hosts 0644 127.0.0.1\tlocalhost\n::1\t\tlocalhost ip6-localhost \
    ip6-loopback\nff02::1\t\tip6-allnodes\nff02::2\t\tip6-allrouters\n\n
file etc/networks 0644 default\t\t0.0.0.0\nloopback\t127.0.0.0\nlink-local\t169.254.0.0\n\n
script nginx-common postinst
sha256 e5df3221c4ea5d851b3cbbe3c9d2b8f7e3c11a7153d745d65557a12fabe81f9d 1.22.1-9+deb12u11 1.22.1-9+deb12u9
sha256 e5d3b5d44baac98579d649fca01c2c1661eb8bdaa3ad398c71f98c42052a225c 1.26.3-3+deb13u10 1.26.3-3+deb13u11
symlink etc/nginx/sites-enabled/default /etc/nginx/sites-available/default
copy usr/share/nginx/html/index.html var/www/html/index.nginx-debian.html 0644
script node-babel7 postinst
sha256 f2a982b8421fcf806a87b638325ea6e2ebac6e12d0569d53a44dd13bb6f1abee +
alternative babeljs /usr/bin/babeljs /usr/bin/babeljs-7 30
alternative babeljs-external-helpers /usr/bin/babeljs-external-helpers /usr/bin/babeljs-7-external-helpers 30
alternative babeljs-node /usr/bin/babeljs-node /usr/bin/babeljs-7-node 30
alternative babeljs-parser /usr/bin/babeljs-parser /usr/bin/babeljs-7-parser 30
script nodejs postinst
sha256 5e2a3cf707727760958c6fbb1b66eeaedb442d8aba170a436691fe6d5ab3a261 18.20.4+dfsg-1~deb12u2 +
alternative js /usr/bin/js /usr/bin/nodejs 200 slave js.1.gz /usr/share/man/man1/js.1.gz \
    /usr/share/man/man1/nodejs.1.gz
script openssh-client postinst
sha256 4d5731b9c6069a2ed23878017da4f76e7f9565a42e9b70abcbd2609881cb71ba 1:9.2p1-2+deb12u10 +
sha256 062c275d9c918c542989693a7a0e8def89cb776e0243e8e0d04b737e0637533b 1:10.0p1-7+deb13u2 1:10.0p1-7+deb13u4
group _ssh -
script pinentry-curses postinst
sha256 9771057d64c74e62068f4bd72a9dfc74a802d6ee98ecf6f54f74ba1acd138787 1.2.1-1 1.3.1-2
alternative pinentry /usr/bin/pinentry /usr/bin/pinentry-curses 50 slave pinentry.1.gz \
    /usr/share/man/man1/pinentry.1.gz /usr/share/man/man1/pinentry-curses.1.gz
script python3 postinst
sha256 a89247254f9dbeb68d5e7afc179e417b5e02e27201d12eb162d79a68e448f554 3.11.2-1+b1
sha256 87ec3ad2227c3f02ec41e1908bb9c88bfc8a6825ae5b392c6359188331e8eb0d 3.13.5-1
[dpkg] file etc/python3/debian_config 0644 [DEFAULT]\n# how to byte-compile (comma separated: standard, \
    optimize)\nbyte-compile = standard\n
script python3.11-minimal postinst
sha256 127a7b2ca76acfa98783f40629a7d9c15be5e3ca17174ff609f75d66072d9c6e 3.11.2-6+deb12u8 3.11.2-6+deb12u9
sha256 cf68b3dfd95ae856cf8156aa20d32a97c80e3cf462258b8b2bec93e2a04a2892 3.11.2-6+deb12u8 3.11.2-6+deb12u9
directory usr/local/lib/python3.11 0755 0 0
directory usr/local/lib/python3.11/dist-packages 0755 0 0
script python3.13-minimal postinst
sha256 3f75bf9bd8745b4d9d3a84af4647a5d9229214ab9fd8ec8e5a8dbf1a87acf3fd 3.13.5-2+deb13u5
sha256 889fccd49312f43c74e44f01bd751aa9282894934d5a61bb4f387f79a486ff9d 3.13.5-2+deb13u5
directory usr/local/lib/python3.13 0755 0 0
directory usr/local/lib/python3.13/dist-packages 0755 0 0
script readline-common postinst
sha256 94506bc8b626670c34c3f328df3615033b8520e4b686e3a9e74814bf0219aee1 8.2-1.3 8.2-6
copy usr/share/readline/inputrc etc/inputrc 0644
script redis-tools postinst
sha256 7bf463fb8cf3c25373cb9446a3d6414c3a6a3d85dd4f349a065c9e61cfa93513 5:7.0.15-1~deb12u10 +
user redis - redis /var/lib/redis /usr/sbin/nologin
script stunnel4 postinst
sha256 4cb1e75004f3b430d2a2905ed8be3656cc9d88ca172bf754657d7ce2cb4a1e5f 3:5.68-2+deb12u1
sha256 9c260ee5bc467852e9bcadc347ec7a8c7d96295f3a1bedac75ed2d1f2c45c670 3:5.74-2
user stunnel4 - stunnel4 /var/run/stunnel4 /usr/sbin/nologin
script tar postinst
sha256 4eed7466e8f44c6b480002d80becc0d998c462b759c0118e285170a93f4b3dca 1.34+dfsg-1.2+deb12u1 1.35+dfsg-3.1
alternative rmt /usr/sbin/rmt /usr/sbin/rmt-tar 50 slave rmt.8.gz /usr/share/man/man8/rmt.8.gz \
    /usr/share/man/man8/rmt-tar.8.gz
script tzdata postinst
sha256 8160b6fd593c06872ad43767e3cb80d1a216ef05274a4b32e4ca878bcfc3ade2 2025b-0+deb12u1 2026b-0+deb12u1 +
symlink etc/localtime /usr/share/zoneinfo/Etc/UTC
file etc/timezone 0644 Etc/UTC\n
script tzdata postinst
sha256 555ed6cfc95b70d0e209ffcbfbcef31670cf50bea5e9ff686f6f9c456acb0f46 2026f-0+deb13u1
symlink etc/localtime /usr/share/zoneinfo/Etc/UTC
script util-linux postinst
sha256 be8ee511ad25120d138b2146f94b5e47c6fe42bb84f9bd6ba3a641339af97828 2.38.1-5+deb12u1 2.38.1-5+deb12u3
sha256 d781477cac1b221378593aaacc180228b91cc8e17196a6f898e141b48dbd3109 2.41.5-0+deb13u1
alternative pager /usr/bin/pager /bin/more 50 slave pager.1.gz /usr/share/man/man1/pager.1.gz \
    /usr/share/man/man1/more.1.gz
script vim-tiny postinst
sha256 605f08aa624c5b2452bd06157e5e484dd2d75378f175f01674ca9bb327dd9b46 2:9.0.1378-2+deb12u2
sha256 cd7034f317632c9e41d8517ebf3f26c18caf4eb82924e0d593f449749dfa937e 2:9.1.1230-2+deb13u2
alternative editor /usr/bin/editor /usr/bin/vim.tiny 15 slave editor.1.gz /usr/share/man/man1/editor.1.gz \
    /usr/share/man/man1/vim.1.gz slave editor.da.1.gz /usr/share/man/da/man1/editor.1.gz \
    /usr/share/man/da/man1/vim.1.gz slave editor.de.1.gz /usr/share/man/de/man1/editor.1.gz \
    /usr/share/man/de/man1/vim.1.gz slave editor.fr.1.gz /usr/share/man/fr/man1/editor.1.gz \
    /usr/share/man/fr/man1/vim.1.gz slave editor.it.1.gz /usr/share/man/it/man1/editor.1.gz \
    /usr/share/man/it/man1/vim.1.gz slave editor.ja.1.gz /usr/share/man/ja/man1/editor.1.gz \
    /usr/share/man/ja/man1/vim.1.gz slave editor.pl.1.gz /usr/share/man/pl/man1/editor.1.gz \
    /usr/share/man/pl/man1/vim.1.gz slave editor.ru.1.gz /usr/share/man/ru/man1/editor.1.gz \
    /usr/share/man/ru/man1/vim.1.gz slave editor.tr.1.gz /usr/share/man/tr/man1/editor.1.gz \
    /usr/share/man/tr/man1/vim.1.gz
alternative ex /usr/bin/ex /usr/bin/vim.tiny 15 slave ex.1.gz /usr/share/man/man1/ex.1.gz \
    /usr/share/man/man1/vim.1.gz slave ex.da.1.gz /usr/share/man/da/man1/ex.1.gz \
    /usr/share/man/da/man1/vim.1.gz slave ex.de.1.gz /usr/share/man/de/man1/ex.1.gz \
    /usr/share/man/de/man1/vim.1.gz slave ex.fr.1.gz /usr/share/man/fr/man1/ex.1.gz \
    /usr/share/man/fr/man1/vim.1.gz slave ex.it.1.gz /usr/share/man/it/man1/ex.1.gz \
    /usr/share/man/it/man1/vim.1.gz slave ex.ja.1.gz /usr/share/man/ja/man1/ex.1.gz \
    /usr/share/man/ja/man1/vim.1.gz slave ex.pl.1.gz /usr/share/man/pl/man1/ex.1.gz \
    /usr/share/man/pl/man1/vim.1.gz slave ex.ru.1.gz /usr/share/man/ru/man1/ex.1.gz \
    /usr/share/man/ru/man1/vim.1.gz slave ex.tr.1.gz /usr/share/man/tr/man1/ex.1.gz \
    /usr/share/man/tr/man1/vim.1.gz
alternative rview /usr/bin/rview /usr/bin/vim.tiny 15
alternative vi /usr/bin/vi /usr/bin/vim.tiny 15 slave vi.1.gz /usr/share/man/man1/vi.1.gz \
    /usr/share/man/man1/vim.1.gz slave vi.da.1.gz /usr/share/man/da/man1/vi.1.gz \
    /usr/share/man/da/man1/vim.1.gz slave vi.de.1.gz /usr/share/man/de/man1/vi.1.gz \
    /usr/share/man/de/man1/vim.1.gz slave vi.fr.1.gz /usr/share/man/fr/man1/vi.1.gz \
    /usr/share/man/fr/man1/vim.1.gz slave vi.it.1.gz /usr/share/man/it/man1/vi.1.gz \
    /usr/share/man/it/man1/vim.1.gz slave vi.ja.1.gz /usr/share/man/ja/man1/vi.1.gz \
    /usr/share/man/ja/man1/vim.1.gz slave vi.pl.1.gz /usr/share/man/pl/man1/vi.1.gz \
    /usr/share/man/pl/man1/vim.1.gz slave vi.ru.1.gz /usr/share/man/ru/man1/vi.1.gz \
    /usr/share/man/ru/man1/vim.1.gz slave vi.tr.1.gz /usr/share/man/tr/man1/vi.1.gz \
    /usr/share/man/tr/man1/vim.1.gz
alternative view /usr/bin/view /usr/bin/vim.tiny 15 slave view.1.gz /usr/share/man/man1/view.1.gz \
    /usr/share/man/man1/vim.1.gz slave view.da.1.gz /usr/share/man/da/man1/view.1.gz \
    /usr/share/man/da/man1/vim.1.gz slave view.de.1.gz /usr/share/man/de/man1/view.1.gz \
    /usr/share/man/de/man1/vim.1.gz slave view.fr.1.gz /usr/share/man/fr/man1/view.1.gz \
    /usr/share/man/fr/man1/vim.1.gz slave view.it.1.gz /usr/share/man/it/man1/view.1.gz \
    /usr/share/man/it/man1/vim.1.gz slave view.ja.1.gz /usr/share/man/ja/man1/view.1.gz \
    /usr/share/man/ja/man1/vim.1.gz slave view.pl.1.gz /usr/share/man/pl/man1/view.1.gz \
    /usr/share/man/pl/man1/vim.1.gz slave view.ru.1.gz /usr/share/man/ru/man1/view.1.gz \
    /usr/share/man/ru/man1/vim.1.gz slave view.tr.1.gz /usr/share/man/tr/man1/view.1.gz \
    /usr/share/man/tr/man1/vim.1.gz
script xz-utils postinst
sha256 a5f4a07edfb37614c3a643f8413ed15bc9bfe321681964fc94726a82391d5841 5.4.1-1+deb12u1 5.4.1-1+deb12u2 +
alternative lzma /usr/bin/lzma /usr/bin/xz 20 slave lzma.1.gz /usr/share/man/man1/lzma.1.gz \
    /usr/share/man/man1/xz.1.gz slave unlzma /usr/bin/unlzma /usr/bin/unxz slave unlzma.1.gz \
    /usr/share/man/man1/unlzma.1.gz /usr/share/man/man1/unxz.1.gz slave lzcat /usr/bin/lzcat /usr/bin/xzcat \
    slave lzcat.1.gz /usr/share/man/man1/lzcat.1.gz /usr/share/man/man1/xzcat.1.gz slave lzmore \
    /usr/bin/lzmore /usr/bin/xzmore slave lzmore.1.gz /usr/share/man/man1/lzmore.1.gz \
    /usr/share/man/man1/xzmore.1.gz slave lzless /usr/bin/lzless /usr/bin/xzless slave lzless.1.gz \
    /usr/share/man/man1/lzless.1.gz /usr/share/man/man1/xzless.1.gz slave lzdiff /usr/bin/lzdiff \
    /usr/bin/xzdiff slave lzdiff.1.gz /usr/share/man/man1/lzdiff.1.gz /usr/share/man/man1/xzdiff.1.gz slave \
    lzcmp /usr/bin/lzcmp /usr/bin/xzcmp slave lzcmp.1.gz /usr/share/man/man1/lzcmp.1.gz \
    /usr/share/man/man1/xzcmp.1.gz slave lzgrep /usr/bin/lzgrep /usr/bin/xzgrep slave lzgrep.1.gz \
    /usr/share/man/man1/lzgrep.1.gz /usr/share/man/man1/xzgrep.1.gz slave lzegrep /usr/bin/lzegrep \
    /usr/bin/xzegrep slave lzegrep.1.gz /usr/share/man/man1/lzegrep.1.gz /usr/share/man/man1/xzegrep.1.gz \
    slave lzfgrep /usr/bin/lzfgrep /usr/bin/xzfgrep slave lzfgrep.1.gz /usr/share/man/man1/lzfgrep.1.gz \
    /usr/share/man/man1/xzfgrep.1.gz
)table";
}

}  // namespace hauberk
