#!/bin/sh
# Puts the program into this user's own menu and lets it open .kqpacket files; needs no rights. Run again after moving the folder.
set -e
here="$(dirname "$(readlink -f "$0")")"
share="${XDG_DATA_HOME:-$HOME/.local/share}"
mkdir -p "$share/applications" "$share/mime/packages" "$share/icons/hicolor/scalable/apps"
cp "$here/menu/kqdesk.svg" "$share/icons/hicolor/scalable/apps/kqdesk.svg"
cp "$here/menu/kqdesk.xml" "$share/mime/packages/kqdesk.xml"
sed "s|^Exec=.*|Exec=\"$here/kqdesk\" %f|" "$here/menu/kqdesk.desktop" > "$share/applications/kqdesk.desktop"
if command -v update-mime-database > /dev/null; then update-mime-database "$share/mime"; fi
if command -v update-desktop-database > /dev/null; then update-desktop-database "$share/applications"; fi
echo "已经加到菜单：成校工作台。"
