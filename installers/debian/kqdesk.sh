#!/bin/sh
# The one tried road to the screen is X11 (also through XWayland), where Chinese input methods answer.
case "${QT_QPA_PLATFORM:-}" in
    wayland* | dxcb*) QT_QPA_PLATFORM=xcb; export QT_QPA_PLATFORM ;;
esac
exec /opt/kqdesk/kqdesk "$@"
