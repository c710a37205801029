#!/bin/sh
# Starts the version of kqdesk that the file "current" names; "versions" holds them beside each other.
here=$(dirname "$(readlink -f "$0")")
version=$(sed -n 1p "$here/current" 2>/dev/null)
if [ ! -x "$here/versions/$version/kqdesk" ]; then
    version=$(sed -n 2p "$here/current" 2>/dev/null)
fi
if [ -z "$version" ] || [ ! -x "$here/versions/$version/kqdesk" ]; then
    echo "kqdesk 的程序文件不全：请重新解开压缩包，学校的数据不会动。" >&2
    exit 5
fi
# The one tried road to the screen is X11 (also through XWayland), where Chinese input methods answer.
case "${QT_QPA_PLATFORM:-}" in
    wayland* | dxcb*) export QT_QPA_PLATFORM=xcb ;;
esac
KQDESK_PROGRAM="$here" exec "$here/versions/$version/kqdesk" "$@"
