/* 证书二维码验证：与 kqdesk/security/certificate_qr.py、certificate_verdict.py 同一套规则、同一套话。
   Plain ES5 without BigInt, so that the browser inside an old phone's chat program runs it too.
   KQ.verify(text, lists): lists = {keys: [{id, public, issuer, issuer_name, since, until, withdrawn}],
   revoked: {number: "2026-06-30"}, registered: {number: digest hex or ""} or null, list_of: "2026-06-30" or null}. */
var KQ = (function () {
  "use strict";
  var PREFIX = "KQ1:", LONGEST = 560, LIMITS = [40, 60, 60, 90], HEAD = 10, SIGNATURE = 64;
  var URL_FORM = /^https:\/\/([a-z0-9](?:[a-z0-9.\-]{0,98}[a-z0-9])?(?::\d{1,5})?)\/c#/i;
  var SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var LABELS = { valid: "有效", revoked: "已撤销", unreported: "未登记", invalid: "无效" };
  /* Control, direction and invisible signs; blanks that may not stand at an end. */
  var HIDDEN = [[0, 31], [127, 159], [173, 173], [1536, 1541], [1564, 1564], [1757, 1757], [1807, 1807],
    [2192, 2193], [2274, 2274], [6158, 6158], [8203, 8207], [8232, 8238], [8288, 8292], [8294, 8303],
    [55296, 57343], [65279, 65279], [65529, 65531], [69821, 69821], [69837, 69837], [78896, 78911],
    [113824, 113827], [119155, 119162], [917505, 917505], [917536, 917631]];
  var BLANKS = [[9, 13], [28, 32], [133, 133], [160, 160], [5760, 5760], [8192, 8202], [8232, 8233], [8239, 8239],
    [8287, 8287], [12288, 12288]];
  /* The order of Ed25519's group, little-endian: a signature whose second half is not below it is a second text. */
  var ORDER = [237, 211, 245, 92, 26, 99, 18, 88, 214, 156, 247, 162, 222, 249, 222, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 16];

  function BadQr(why) { this.why = why; }

  function within(code, ranges) {
    for (var n = 0; n < ranges.length; n++) {
      if (code >= ranges[n][0] && code <= ranges[n][1]) { return true; }
    }
    return false;
  }

  function trimmed(text) {
    var start = 0, end = text.length;
    while (start < end && within(text.charCodeAt(start), BLANKS)) { start++; }
    while (end > start && within(text.charCodeAt(end - 1), BLANKS)) { end--; }
    return text.slice(start, end);
  }

  function signCount(text) {
    var count = 0;
    for (var n = 0; n < text.length; n++) {
      var code = text.charCodeAt(n);
      if (code < 0xdc00 || code > 0xdfff) { count++; }
    }
    return count;
  }

  function unbase64url(body) {
    if (!/^[A-Za-z0-9_-]+$/.test(body) || body.length % 4 === 1) { throw new BadQr("二维码内容已损坏"); }
    var bytes = [], bits = 0, held = 0;
    for (var n = 0; n < body.length; n++) {
      held = (held << 6) | SIGNS.indexOf(body.charAt(n));
      bits += 6;
      if (bits >= 8) { bits -= 8; bytes.push((held >> bits) & 255); held &= (1 << bits) - 1; }
    }
    if (held !== 0) { throw new BadQr("二维码内容已损坏"); }
    return new Uint8Array(bytes);
  }

  /* Strict UTF-8: no overlong form, no surrogate, nothing above U+10FFFF. */
  function utf8(bytes, start, end) {
    var codes = [], at = start;
    while (at < end) {
      var first = bytes[at], more = first < 128 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
      if (more < 0 || at + more >= end) { throw new BadQr("二维码内容已损坏"); }
      var code = more === 0 ? first : first & (63 >> more);
      for (var n = 1; n <= more; n++) {
        if ((bytes[at + n] & 192) !== 128) { throw new BadQr("二维码内容已损坏"); }
        code = code * 64 + (bytes[at + n] & 63);
      }
      if ((more === 2 && code < 0x800) || (more === 3 && code < 0x10000) || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        throw new BadQr("二维码内容已损坏");
      }
      codes.push(code);
      at += more + 1;
    }
    return codes;
  }

  function shown(codes) {
    for (var n = 0; n < codes.length; n++) {
      if (within(codes[n], HIDDEN)) { throw new BadQr("二维码里有不能显示的字符"); }
    }
    if (within(codes[0], BLANKS) || within(codes[codes.length - 1], BLANKS)) { throw new BadQr("二维码里有不能显示的字符"); }
    var text = "";
    for (n = 0; n < codes.length; n++) {
      var code = codes[n];
      text += code < 0x10000 ? String.fromCharCode(code)
        : String.fromCharCode(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 1023));
    }
    return text;
  }

  function day(number) {
    var date = new Date(Date.UTC(2000, 0, 1) + number * 86400000);
    function two(value) { return (value < 10 ? "0" : "") + value; }
    return date.getUTCFullYear() + "-" + two(date.getUTCMonth() + 1) + "-" + two(date.getUTCDate());
  }

  function hex(bytes) {
    var text = "";
    for (var n = 0; n < bytes.length; n++) { text += (bytes[n] < 16 ? "0" : "") + bytes[n].toString(16); }
    return text;
  }

  function unhex(text) {
    var bytes = new Uint8Array(text.length / 2);
    for (var n = 0; n < bytes.length; n++) { bytes[n] = parseInt(text.substr(n * 2, 2), 16); }
    return bytes;
  }

  function decode(text) {
    if (signCount(text) > LONGEST) { throw new BadQr("二维码内容太长，不是本系统的证书"); }
    var body;
    if (text.slice(0, PREFIX.length) === PREFIX) {
      body = text.slice(PREFIX.length);
    } else {
      var url = URL_FORM.exec(text);
      if (!url) { throw new BadQr("不是本系统的证书二维码"); }
      body = text.slice(url[0].length);
    }
    var blob = unbase64url(body);
    if (blob.length < HEAD + LIMITS.length + SIGNATURE) { throw new BadQr("二维码内容不完整"); }
    if (blob[0] !== 1 || blob[1] !== 1) { throw new BadQr("二维码是另一种版本，请升级程序后再验"); }
    var signed = blob.subarray(0, blob.length - SIGNATURE), at = HEAD, texts = [];
    for (var n = 0; n < LIMITS.length; n++) {
      if (at >= signed.length) { throw new BadQr("二维码内容不完整"); }
      var end = at + 1 + signed[at];
      if (end <= at + 1 || end > Math.min(signed.length, at + 1 + LIMITS[n])) { throw new BadQr("二维码内容不完整"); }
      texts.push(shown(utf8(signed, at + 1, end)));
      at = end;
    }
    if (at !== signed.length) { throw new BadQr("二维码内容有多余部分"); }
    return {
      claim: { number: texts[0], name: texts[1], issuer: texts[2], issued: day(blob[6] * 256 + blob[7]), course: texts[3],
        minutes: blob[8] * 256 + blob[9] },
      key: hex(blob.subarray(2, 6)), signed: signed, signature: blob.subarray(blob.length - SIGNATURE)
    };
  }

  function isBelowOrder(signature) {
    for (var n = 31; n >= 0; n--) {
      if (signature[32 + n] !== ORDER[n]) { return signature[32 + n] < ORDER[n]; }
    }
    return false;
  }

  function isSigned(square, publicHex) {
    var frame = "kqdesk/1\u0000certificate\u0000", message = new Uint8Array(frame.length + square.signed.length);
    for (var n = 0; n < frame.length; n++) { message[n] = frame.charCodeAt(n); }
    message.set(square.signed, frame.length);
    return isBelowOrder(square.signature) && nacl.sign.detached.verify(message, square.signature, unhex(publicHex));
  }

  /* SHA-256 (FIPS 180-4); only to tell this paper from another of the same number. */
  function sha256(bytes) {
    var primes = [], roots = [], state = [], candidate = 2;
    while (primes.length < 64) {
      var isPrime = true;
      for (var p = 0; p < primes.length; p++) { if (candidate % primes[p] === 0) { isPrime = false; break; } }
      if (isPrime) {
        if (primes.length < 8) { state.push((Math.pow(candidate, 0.5) % 1) * 4294967296 | 0); }
        roots.push((Math.pow(candidate, 1 / 3) % 1) * 4294967296 | 0);
        primes.push(candidate);
      }
      candidate++;
    }
    var length = bytes.length, blocks = ((length + 8) >> 6) + 1, words = new Int32Array(blocks * 16);
    for (var n = 0; n < length; n++) { words[n >> 2] |= bytes[n] << (24 - (n % 4) * 8); }
    words[length >> 2] |= 128 << (24 - (length % 4) * 8);
    words[blocks * 16 - 1] = length * 8;
    function turn(value, by) { return (value >>> by) | (value << (32 - by)); }
    for (var block = 0; block < blocks; block++) {
      var w = [], v = state.slice();
      for (n = 0; n < 64; n++) {
        if (n < 16) { w[n] = words[block * 16 + n]; } else {
          var s0 = turn(w[n - 15], 7) ^ turn(w[n - 15], 18) ^ (w[n - 15] >>> 3);
          var s1 = turn(w[n - 2], 17) ^ turn(w[n - 2], 19) ^ (w[n - 2] >>> 10);
          w[n] = (w[n - 16] + s0 + w[n - 7] + s1) | 0;
        }
        var t1 = (v[7] + (turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + roots[n] + w[n]) | 0;
        var t2 = ((turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]))) | 0;
        v = [(t1 + t2) | 0, v[0], v[1], v[2], (v[3] + t1) | 0, v[4], v[5], v[6]];
      }
      for (n = 0; n < 8; n++) { state[n] = (state[n] + v[n]) | 0; }
    }
    var digest = new Uint8Array(32);
    for (n = 0; n < 32; n++) { digest[n] = (state[n >> 2] >>> (24 - (n % 4) * 8)) & 255; }
    return digest;
  }

  function answer(standing, reason, claim, lists, signing) {
    return { standing: standing, label: LABELS[standing], reason: reason, claim: claim || null,
      list_of: lists.list_of || null, issuer_name: signing ? signing.issuer_name || "" : "" };
  }

  function keyFault(signing, claim) {
    if (signing.issuer && signing.issuer !== claim.issuer) {
      return "签名的钥匙属于" + signing.issuer + "，证书上写的却是" + claim.issuer + "。";
    }
    if ((signing.since && claim.issued < signing.since) || (signing.until && claim.issued > signing.until)) {
      return "发证日期 " + claim.issued + " 不在签名钥匙的有效期内。";
    }
    return "";
  }

  function has(table, key) { return Object.prototype.hasOwnProperty.call(table, key); }

  function standingOf(square, signing, lists) {
    var claim = square.claim, registered = lists.registered;
    if (has(lists.revoked || {}, claim.number)) {
      return answer("revoked", "签名正确，但已于 " + lists.revoked[claim.number] + " 撤销。", claim, lists, signing);
    }
    if (!registered || !has(registered, claim.number)) {
      if (signing.withdrawn) {
        return answer("invalid", "签名的钥匙已于 " + signing.withdrawn + " 停用，登记簿里也没有这个编号。", claim, lists, signing);
      }
      return answer("unreported", !registered ? "签名正确，这里没有登记簿可查，请向发证学校核实。"
        : "签名正确，但登记簿里还没有这个编号，可能尚未上报，请向发证学校核实。", claim, lists, signing);
    }
    var digest = registered[claim.number];
    if (digest && digest !== hex(sha256(square.signed).subarray(0, 8))) {
      return answer("revoked", "签名正确，但这个编号已换发新证，这一张作废。", claim, lists, signing);
    }
    return answer("valid", "签名正确，登记簿里有这张证书。", claim, lists, signing);
  }

  function verify(text, lists) {
    var square;
    try {
      square = decode(trimmed(String(text)));
    } catch (error) {
      if (!(error instanceof BadQr)) { throw error; }
      return answer("invalid", error.why + "。", null, lists);
    }
    var matching = lists.keys.filter(function (key) { return key.id === square.key; });
    var signing = matching.filter(function (key) { return isSigned(square, key.public); })[0];
    if (!signing) {
      return answer("invalid", matching.length ? "签名不对，内容可能被改动过。"
        : "签名的钥匙不在认可的名单里，不是认可的学校所发。", null, lists);
    }
    var fault = keyFault(signing, square.claim);
    return fault ? answer("invalid", fault, square.claim, lists) : standingOf(square, signing, lists);
  }

  return { verify: verify, decode: decode, BadQr: BadQr, hex: hex, sha256: sha256, HIDDEN: HIDDEN, BLANKS: BLANKS };
}());
